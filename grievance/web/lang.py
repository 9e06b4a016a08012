"""The language of a page is in its address: `/es/…` or `/en/…`, and the words after it are of that language too.

Not for the language of a text message, which follows the person (see messaging).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from babel import Locale as BabelLocale
from flask import Blueprint, Flask, current_app, g, request, url_for
from flask.typing import RouteCallable
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from grievance.core.i18n import ENGLISH, OFFERED, SPANISH, Locale, formats, offered
from grievance.crypto.fields import BLOCKED
from grievance.web.formats import register_filters
from grievance.web.page import Twin

LANGS = OFFERED

OWN_NAMES = {SPANISH: "Español", ENGLISH: "English"}
"""A language is listed under its own name, so that the person who needs it recognises it."""


def register_languages(app: Flask) -> None:
    """Give every request a language and every template the functions and filters that depend on it."""
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_keep_language)
    app.jinja_env.globals.update(current_lang=current_lang, url_for_lang=url_for_lang)
    register_filters(app)


def localized(
    where: Flask | Blueprint, endpoint: str, view: RouteCallable, *, es: str, en: str, methods: Sequence[str] = ("GET",)
) -> None:
    """Route one view under its Spanish and its English address.

    `es` and `en` begin with a slash and leave the language out; `where` has no url_prefix. The view does not
    receive the language: it asks `current_lang()`. Both rules must take the same variables.
    """
    for lang, rule in ((SPANISH, es), (ENGLISH, en)):
        where.add_url_rule(f"/{lang}{rule}", endpoint, view, methods=methods, defaults={"lang": lang})


def current_lang() -> Locale:
    """Return the language of the page being answered."""
    lang: Locale = g.get("lang", SPANISH)
    return lang


def babel_locale() -> BabelLocale:
    """Return the locale of texts and formats for the page being answered: Flask-Babel's locale selector."""
    return formats(current_lang())


def preferred_lang() -> Locale:
    """Return the offered language that the browser asks for; Spanish when it asks for none of them."""
    return offered(request.accept_languages.best_match(OFFERED)) or SPANISH


def url_for_lang(endpoint: str, lang: Locale, **values: Any) -> str:  # noqa: ANN401  # url_for takes any value
    """Return the address of a localized endpoint in a given language."""
    return url_for(endpoint, lang=lang, **values)


def twins() -> tuple[Twin, ...]:
    """Return the addresses of the current page in every language.

    An answer to a form leads to the page of that form, without what was typed. Where there is no such page (not
    found, an address that only takes forms) the twins are the two home pages.
    """
    endpoint, values = _page_behind()
    here = current_lang()
    return tuple(
        Twin(lang=lang, label=OWN_NAMES[lang], url=_twin_url(endpoint, values, lang), current=lang == here)
        for lang in LANGS
    )


def _twin_url(endpoint: str | None, values: dict[str, Any], lang: Locale) -> str:
    if endpoint is None:
        return f"/{lang}/"
    address = url_for(endpoint, **{**values, "lang": lang})
    if request.method == "POST":
        return address
    # The query is the visitor's and is put back as text: handed to url_for, a name such as "endpoint" would be its own.
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "lang"])
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _page_behind() -> tuple[str | None, dict[str, Any]]:
    if request.method in ("GET", "HEAD"):
        return request.endpoint, dict(request.view_args or {})
    try:
        endpoint, values = current_app.create_url_adapter(request).match(request.path, method="GET")  # type: ignore[union-attr]  # there is an adapter while there is a request
    except (HTTPException, RequestRedirect):
        return None, {}
    return str(endpoint), {name: value for name, value in values.items() if name != "lang"}


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Also called when no route matched: an error page needs a language as well.
    routed = values.pop("lang", None) if values else None
    first_word = request.path.lstrip("/").split("/", 1)[0]
    by_path = Locale(first_word) if first_word in OFFERED else None
    g.lang = offered(routed) or by_path or offered(request.args.get("lang")) or preferred_lang()


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = current_lang()


def without_blocked(value: Any) -> Any:  # noqa: ANN401  # whatever a page shows
    """Return a value as a page shows it: words that are not to be read for now, in the language of the page."""
    if isinstance(value, str) and BLOCKED in value:
        return value.replace(BLOCKED, _("[Blocked]"))
    return value
