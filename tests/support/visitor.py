"""Somebody with a browser, with or without scripts, in one language. Every page seen on the way is judged."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response

from grievance.core.i18n import Locale, text_in
from tests.support.html import faults
from tests.support.installation import Installation

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE_SECONDS = 20
HTML_LANG = {"es": "es-CL", "en": "en"}


@dataclass
class Visitor:
    """A person at a browser. `page` is what stands before his or her eyes."""

    installation: Installation
    lang: str
    page: Page
    reading: Page
    """A page with scripts, in which what a browser without scripts shows is judged."""
    has_scripts: bool
    judged: set[str] = field(default_factory=set)

    def t(self, message: str, **values: object) -> str:
        """Return a text as it stands in this person's language."""
        return text_in(Locale(self.lang), message, **values)

    def address(self, es: str, en: str) -> str:
        """Return the address of a page in this person's language."""
        return f"{self.installation.address}/{self.lang}{es if self.lang == 'es' else en}"

    def open(self, address: str, *, status: int = 200) -> None:
        """Go to an address."""
        answer = self.page.goto(address if address.startswith("http") else self.installation.address + address)
        self._judge(answer, status)

    def click(self, what: str | Locator, *, status: int = 200) -> None:
        """Follow a link with these words, or press this."""
        target = self.page.get_by_role("link", name=what).first if isinstance(what, str) else what
        self._go(target.click, status)

    def fill(self, where: Locator, **values: str | bool | list[str]) -> None:
        """Fill fields of a form by their names; True and False tick, a choice is named by its value or its words."""
        for name, value in values.items():
            _unfold(where, name)
            _fill(where.locator(f'[name="{name}"]:not([type=hidden])'), value)

    def send(self, where: Locator | None = None, *, status: int = 200, button: str = "", **values: str | bool) -> None:
        """Fill a form and press its button; where none is given, the first form of the page that has the button."""
        forms = self.page.locator("main form")
        if button:
            forms = forms.filter(has=self.page.get_by_role("button", name=button))
        form = where or forms.first
        self.fill(form, **values)
        buttons = form.get_by_role("button", name=button) if button else form.locator("button[type=submit]")
        self._go(buttons.first.click, status)

    def see(self, words: str) -> None:
        """Insist that these words stand on the page."""
        assert words in self.words(), f"{words!r} is not on {self.page.url}:\n{self.words()}"

    def words(self) -> str:
        """Return what can be read in the main part of the page, folded parts included."""
        return re.sub(r"\s+", " ", self.page.locator("main").text_content() or "")

    def wait_for(self, words: str) -> None:
        """Load the page again until these words stand on it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while words not in self.words():
            assert time.monotonic() < end, f"{words!r} never came to {self.page.url}:\n{self.words()}"
            time.sleep(0.3)
            self.page.reload()

    def picture(self, path: Path) -> None:
        """Keep a picture of the whole page, for the reader of a failure."""
        self.page.screenshot(path=path, full_page=True)

    def _go(self, act: Callable[[], None], status: int) -> None:
        with self.page.expect_navigation() as leaving:
            act()
        self._judge(leaving.value, status)

    def _judge(self, answer: Response | None, status: int) -> None:
        assert answer is not None
        assert answer.status == status, f"{answer.status} at {self.page.url}: {self.words()[:600]}"
        assert self.page.locator("html").get_attribute("lang") == HTML_LANG[self.lang], self.page.url
        html = answer.text()
        assert faults(html) == [], self.page.url
        shape = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}|\d+", "", f"{self.page.url} {self.page.title()}")
        if shape not in self.judged:
            # A page of the same kind is not read twice by one person: reading takes half a second.
            self.judged.add(shape)
            assert self._violations(html) == [], self.page.url

    def _violations(self, html: str) -> list[str]:
        page = self.page
        if not self.has_scripts:
            page = self.reading
            address = self.page.url.partition("#")[0]
            page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
            page.goto(address)
            page.unroute(address)
        found = Axe().run(page).response["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@contextmanager
def visiting(
    chromium: Browser, installation: Installation, lang: str, *, scripts: bool, size: dict[str, int] | None = None
) -> Iterator[Visitor]:
    """Give somebody a browser of his or her own."""
    context = _context(chromium, lang, scripts=scripts, size=size or PHONE)
    reader = _context(chromium, lang, scripts=True, size=size or PHONE)
    yield Visitor(installation, lang, context.new_page(), reader.new_page(), scripts)
    context.close()
    reader.close()


@contextmanager
def staff(chromium: Browser, installation: Installation, name: str, lang: str, *, scripts: bool) -> Iterator[Visitor]:
    """Give an invented member of staff a browser, signed in through the pages, or still signed in from before."""
    with visiting(chromium, installation, lang, scripts=scripts, size=DESK) as visitor:
        visitor.page.context.add_cookies(installation.cookies.get(name, []))
        visitor.open(visitor.address("/equipo", "/staff"))
        if visitor.page.locator("[name=password]").count():
            person = installation.person(name)
            visitor.send(email=person["email"], password=person["password"])
            visitor.send(code=installation.code(name))
            installation.cookies[name] = visitor.page.context.cookies()
        yield visitor


def act(visitor: Visitor, reference: str, action: str, **values: str | bool) -> None:
    """Do something with a case as staff do: open its part of the case page, fill it in, look, confirm."""
    visitor.open(visitor.address(f"/equipo/casos/{reference}", f"/staff/cases/{reference}"))
    part = visitor.page.locator(f"#do-{action}")
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()
    own_page = part.locator("a.button")
    if own_page.count():
        visitor.click(own_page)
        form = visitor.page.locator("main form").first
    else:
        form = part.locator("form")
    visitor.fill(form, **values)
    visitor.send(form)
    confirm_if_asked(visitor)
    assert visitor.page.locator("#error-summary").count() == 0, visitor.words()


def case_address(somebody: Visitor, reference: str) -> str:
    """Return the address of a case page in the visitor's language."""
    return somebody.address(f"/equipo/casos/{reference}", f"/staff/cases/{reference}")


def find_in_triage(triager: Visitor, words: str) -> str:
    """Return the reference of the new grievance that says these words."""
    triager.open(triager.address("/equipo/triaje", "/staff/triage"))
    told = triager.page.locator("li", has_text=words)
    return (told.locator("a").first.get_attribute("href") or "").rstrip("/").split("/")[-2]


def confirm_if_asked(visitor: Visitor) -> None:
    """Press the button of the last look, where there is one."""
    check = visitor.page.locator("main form:has(input[name=seen])")
    if check.count() and check.locator("input[name=seen]").get_attribute("value"):
        visitor.send(check)


def days_ahead(visitor: Visitor, days: int) -> str:
    """Return a date as a date field takes it, so many days after what the installation takes for today."""
    today = visitor.installation.today()
    return date.fromordinal(today.toordinal() + days).isoformat()


def _context(chromium: Browser, lang: str, *, scripts: bool, size: dict[str, int]) -> BrowserContext:
    return chromium.new_context(
        java_script_enabled=scripts,
        locale="es-CL" if lang == "es" else "en-GB",
        viewport={"width": size["width"], "height": size["height"]},
    )


def _unfold(where: Locator, name: str) -> None:
    folded = where.locator(f'details:not([open]):has([name="{name}"]) > summary')
    if folded.count():
        folded.first.click()


def _fill(field: Locator, value: str | bool | list[str]) -> None:
    kind = field.first.evaluate("node => node.type || node.tagName") or ""
    if kind == "radio":
        field.and_(field.page.locator(f'[value="{value}"]')).check()
    elif kind == "checkbox" and isinstance(value, bool):
        field.set_checked(value)
    elif kind.startswith("select"):
        _choose(field, str(value))
    else:
        field.fill(str(value))


def _choose(field: Locator, wanted: str) -> None:
    options = field.locator("option")
    for number in range(options.count()):
        option = options.nth(number)
        words = option.text_content() or ""
        if option.get_attribute("value") == wanted or wanted in words:
            field.select_option(index=number)
            return
    raise AssertionError(f"no choice {wanted!r} among {options.all_text_contents()}")
