"""The web side as a person meets it: pages are fetched, their forms filled in and sent with their own token.

Every page on the way is checked: status, structure (tests/support/html.py), language in the address and on the page,
tokens in forms, and no sentence of the other language.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import polib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from grievance.core.paths import translations_dir
from grievance.web.lang import OWN_NAMES
from tests.support import dom, html

HOST = "http://localhost"
FOLLOW_MOST = 8

File = tuple[bytes, str, str]
"""Content, file name, media type."""


class Faulty(AssertionError):
    """A page that was visited on the way is not as every page must be."""


@dataclass(frozen=True)
class Seen:
    """A page that was answered."""

    response: TestResponse
    url: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @cached_property
    def tree(self) -> dom.Node:
        return dom.read(self.html)

    @property
    def text(self) -> str:
        return self.tree.one("body").text

    @property
    def h1(self) -> str:
        return self.tree.one("h1").text

    @property
    def title(self) -> str:
        return self.tree.one("head title").text

    @property
    def lang(self) -> str:
        return self.tree.one("html").attrs.get("lang", "")

    @property
    def links(self) -> dict[str, str]:
        return {node.text: node.attrs["href"] for node in self.tree.all("a") if "href" in node.attrs}

    @property
    def forms(self) -> list[dom.Node]:
        return self.tree.all("form")

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary; empty when there is none."""
        return [node.text for node in self.tree.all("#error-summary li")]

    def has(self, text: str) -> bool:
        return text in self.text

    def one(self, selector: str) -> dom.Node:
        return self.tree.one(selector)

    def all(self, selector: str) -> list[dom.Node]:
        return self.tree.all(selector)


class Browser:
    """Somebody with a browser: keeps cookies, follows redirects, looks at every page."""

    def __init__(self, app: Flask, *, headers: Mapping[str, str] | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0 (Android 14) Firefox/140.0"}
        self.headers.update(headers or {})
        self.page: Seen

    @property
    def url(self) -> str:
        return self.page.url

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in (self.client._cookies or {}).values()}

    def open(self, path: str, *, status: int = 200) -> Seen:
        """Open an address and follow redirects; `status` is that of the page at the end."""
        response = self.client.get(path, headers=self.headers, base_url=HOST)
        return self._arrive(response, path, status)

    def click(self, text: str, *, status: int = 200) -> Seen:
        """Follow the link with this text."""
        assert text in self.page.links, f"no link {text!r} among {sorted(self.page.links)}"
        return self.open(urljoin(self.url, self.page.links[text]), status=status)

    def submit(
        self,
        button: str | None = None,
        *,
        form: str | int | None = None,
        status: int = 200,
        files: Mapping[str, Sequence[File]] | None = None,
        **fields: Any,
    ) -> Seen:
        """Fill in the form that has this button (or this piece of address, or number) and send it.

        A field's value: text; True or False for one checkbox; a list for several; None leaves it as it is.
        """
        chosen = self._form(button, form)
        sent = _filled(chosen, {name: value for name, value in fields.items() if value is not None}, button)
        pressed = [node for node in chosen.all("button") if button is not None and _says(node, button)]
        own = pressed[0].attrs.get("formaction", "") if pressed else ""
        action = urljoin(self.url, own or chosen.attrs.get("action", "") or self.url)
        if chosen.attrs.get("method", "get").lower() == "get":
            response = self.client.get(action, query_string=sent, headers=self.headers, base_url=HOST)
            return self._arrive(response, action, status)
        data: MultiDict[str, Any] = MultiDict(sent)
        for name, listed in (files or {}).items():
            for content, filename, kind in listed:
                data.add(name, FileStorage(io.BytesIO(content), filename=filename, content_type=kind))
        response = self.client.post(
            _path(action), data=data, headers=self.headers, base_url=HOST, content_type=chosen.attrs.get("enctype")
        )
        return self._arrive(response, action, status)

    def post(self, path: str, data: Mapping[str, Any], *, status: int = 200, with_token: bool = False) -> Seen:
        """Send values straight to an address; with the token of the present page when asked."""
        token = {"csrf_token": self.token()} if with_token else {}
        response = self.client.post(path, data={**data, **token}, headers=self.headers, base_url=HOST)
        return self._arrive(response, path, status)

    def token(self) -> str:
        """Return the token of the first form of the present page that has one."""
        return self.page.tree.all("input[name=csrf_token]")[0].attrs["value"]

    def _arrive(self, response: TestResponse, path: str, status: int) -> Seen:
        url = _path(path)
        for _ in range(FOLLOW_MOST):
            if response.status_code not in (301, 302, 303, 307, 308):
                break
            url = _path(urljoin(HOST + url, response.headers["Location"]))
            response = self.client.get(url, headers=self.headers, base_url=HOST)
        seen = Seen(response, url)
        if seen.status != status:
            raise Faulty(f"{url}: answered {seen.status}, not {status}: {seen.html[:2000]}")
        if response.mimetype == "text/html":
            self.page = seen
            check(seen)
        return seen

    def _form(self, button: str | None, form: str | int | None) -> dom.Node:
        forms = self.page.forms
        if isinstance(form, int):
            return forms[form]
        if form is not None:
            inside = [node for node in forms if form in node.attrs.get("action", "")]
            forms = [node for node in inside if node.attrs["action"].endswith(form)] or inside
        if button is not None:
            forms = [node for node in forms if any(_says(each, button) for each in node.all("button"))]
        named = [node.attrs.get("action", "") for node in self.page.forms]
        if button is None and form is None:
            forms = [node for node in forms if node.up("main") is not None]
        assert len(forms) == 1, f"{len(forms)} forms with {button or form!r} at {self.url}; there are {named}"
        return forms[0]


def check(seen: Seen) -> None:
    """Fail when a page is not as every page must be."""
    wrong = html.faults(seen.html)
    words = urlsplit(seen.url).path.lstrip("/").split("/", 1)[0]
    if words in ("es", "en") and not seen.lang.startswith(words):
        wrong.append(f"the address says {words}, the page {seen.lang}")
    for form in seen.forms:
        is_post = form.attrs.get("method", "get").lower() == "post"
        # The filing form sets no cookie, so it has a one-time key instead: see web/complainant/register.py.
        has_token = form.all("input[name=csrf_token]") or form.all("input[name=form_key]")
        if is_post and not has_token:
            wrong.append(f"the form to {form.attrs.get('action')} has no token")
    wrong += [f"in the other language: {text!r}" for text in _foreign(seen)]
    if wrong:
        raise Faulty(f"{seen.url}: " + "; ".join(wrong))


def _foreign(seen: Seen) -> list[str]:
    other = _spanish_texts() if seen.lang.startswith("en") else _english_texts()
    found = []
    for node in seen.one("body").walk():
        if _has_own_language(node, seen.lang):
            continue
        texts = [" ".join(child.split()) for child in node.children if isinstance(child, str)]
        found += [text for text in texts if text in other]
    return found


def _has_own_language(node: dom.Node | None, lang: str) -> bool:
    while node is not None and node.tag != "html":
        if "lang" in node.attrs and not lang.startswith(node.attrs["lang"]):
            return True
        node = node.parent
    return False


@lru_cache
def _catalogue() -> tuple[frozenset[str], frozenset[str]]:
    """Texts that can only be English, and texts that can only be Spanish."""
    file = translations_dir() / "es" / "LC_MESSAGES" / "messages.po"
    if not Path(file).exists():
        return frozenset(), frozenset()
    entries = [entry for entry in polib.pofile(str(file)) if entry.msgstr and entry.msgstr != entry.msgid]
    # A language is listed under its own name on every page.
    own = set(OWN_NAMES.values())
    english = {" ".join(entry.msgid.split()) for entry in entries} - own
    spanish = {" ".join(entry.msgstr.split()) for entry in entries} - own
    return frozenset(english - spanish), frozenset(spanish - english)


def _english_texts() -> frozenset[str]:
    return _catalogue()[0]


def _spanish_texts() -> frozenset[str]:
    return _catalogue()[1]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _says(button: dom.Node, text: str) -> bool:
    return button.text == text


def _filled(form: dom.Node, fields: dict[str, Any], button: str | None) -> list[tuple[str, str]]:
    """Return what a browser would send: what stands in the form, changed by `fields`, and the button's own value."""
    controls = [node for tag in ("input", "select", "textarea") for node in form.all(tag) if node.attrs.get("name")]
    named = {node.attrs["name"] for node in controls}
    unknown = set(fields) - named
    assert not unknown, f"the form to {form.attrs.get('action')} has no field {sorted(unknown)}; it has {sorted(named)}"
    sent: list[tuple[str, str]] = []
    done: set[str] = set()
    for control in controls:
        name = control.attrs["name"]
        if name not in fields:
            sent += [(name, value) for value in _standing(control)]
        elif name not in done:
            done.add(name)
            sent += [(name, value) for value in _wanted(controls, name, fields[name])]
    pressed = [node for node in form.all("button") if _says(node, button or node.text)]
    sent += [(node.attrs["name"], node.attrs.get("value", "")) for node in pressed[:1] if node.attrs.get("name")]
    return sent


def _standing(control: dom.Node) -> list[str]:
    match control.tag, control.attrs.get("type", "text"):
        case "input", "file" | "submit" | "button":
            return []
        case "input", "checkbox" | "radio":
            return [control.attrs.get("value", "on")] if "checked" in control.attrs else []
        case "select", _:
            options = control.all("option")
            chosen = [node for node in options if "selected" in node.attrs]
            if not chosen and "multiple" not in control.attrs:
                chosen = options[:1]
            return [node.attrs.get("value", node.text) for node in chosen]
        case "textarea", _:
            return ["".join(child for child in control.children if isinstance(child, str)).removeprefix("\n")]
        case _:
            return [control.attrs.get("value", "")]


def _wanted(controls: list[dom.Node], name: str, value: Any) -> list[str]:
    same = [node for node in controls if node.attrs["name"] == name]
    kind = same[0].attrs.get("type", "")
    if value is False:
        return []
    if value is True:
        return [same[0].attrs.get("value", "on")]
    values = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
    if kind in ("radio", "checkbox"):
        offered = [node.attrs.get("value", "on") for node in same]
    elif same[0].tag == "select":
        offered = [node.attrs.get("value", node.text) for node in same[0].all("option")]
    else:
        return values
    for each in values:
        assert each in offered, f"{name} offers {offered}, not {each!r}"
    return values


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address, by name."""
    return dict(parse_qsl(urlsplit(url).query))
