"""The page of the demo phone: type as on a cheap handset, see the answers come. Only in demo mode.

What is sent is signed and posted as the provider would, through the program's own WSGI entrance: no network is needed,
and no transaction is open meanwhile.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, url_for
from werkzeug.test import Client
from werkzeug.wrappers import Response

from grievance.core import clock
from grievance.core.phone import PhoneNumber, PhoneNumberRefused, parse_phone, shown_phone
from grievance.dialogue.grammar import detect_language
from grievance.messaging.segments import Encoding, count
from grievance.runtime import Runtime
from grievance.sites.queries import lines, sites_of_line
from grievance.sms.handset import Bubble, Memory, new_message_id
from grievance.sms.signature import HEADER, INBOUND, sign

TEXT_CHARACTERS_MAX = 1600

INVENTED = "+569000"
"""Start of the phone's own numbers: a range that Chile has given to nobody."""

OTHERS_SHOWN = 8
"""Phones that have written before, offered to be taken up."""

_NUMBER = re.compile(r"\+[0-9]{8,15}\Z")


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A line that the phone can write to, with the sites behind it."""

    number: str
    shown: str
    sites: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text as the page shows it, with its cost when it is ours."""

    is_from_person: bool
    body: str
    at: datetime
    parts: int
    units: int
    limit_one: int
    is_plain: bool
    lang: str | None
    """Language of the words, when it is not that of the page."""


def register_phone(app: Flask, runtime: Runtime, *, page: Callable[[], object]) -> None:
    """Add the demo phone in both languages; `page` builds the frame around it."""
    phone = Blueprint("demo_phone", __name__)
    memory = Memory(runtime.settings.instance_path / "handset")

    def show() -> str | Response:
        return _show(runtime, memory, page)

    def send() -> Response:
        return _send(runtime, memory)

    for view in (show, send):
        view.is_public = True  # type: ignore[attr-defined]  # the mark that the walk over all routes looks for
    for lang, address in (("es", "/es/demo/telefono"), ("en", "/en/demo/phone")):
        phone.add_url_rule(address, "show", show, methods=["GET"], defaults={"lang": lang})
        phone.add_url_rule(address, "send", send, methods=["POST"], defaults={"lang": lang})
    app.register_blueprint(phone)


def _show(runtime: Runtime, memory: Memory, page: Callable[[], object]) -> str | Response:
    choices = _choices(runtime)
    number = request.args.get("number", "").strip().replace(" ", "")
    if not _NUMBER.match(number):
        number = f"{INVENTED}{secrets.randbelow(90000) + 10000}"
    line = next((choice for choice in choices if choice.number == request.args.get("line")), None)
    line = line or (choices[0] if choices else None)
    texts = [_shown_text(bubble) for bubble in memory.conversation(line.number, number)] if line else []
    return render_template(
        "demo/phone.html",
        page=page(),
        choices=choices,
        line=line,
        number=number,
        texts=texts,
        others=[one for one in memory.latest(OTHERS_SHOWN) if (one.line, one.number) != (line and line.number, number)],
        waits=bool(texts) and texts[-1].is_from_person,
        failed="failed" in request.args,
        characters_max=TEXT_CHARACTERS_MAX,
    )


def _send(runtime: Runtime, memory: Memory) -> Response:
    line = request.form.get("line", "")
    number = request.form.get("number", "")
    body = request.form.get("sms", "").replace("\r\n", "\n")[:TEXT_CHARACTERS_MAX]
    if not body.strip() or not _NUMBER.match(number) or line not in {choice.number for choice in _choices(runtime)}:
        return redirect(url_for(".show", line=line, number=number), 303)
    memory.add(line, number, Bubble(is_from_person=True, body=body, at=clock.now()))
    status = _post(runtime, line=line, number=number, body=body)
    if status != 200:
        return redirect(url_for(".show", line=line, number=number, failed=1), 303)
    return redirect(url_for(".show", line=line, number=number) + "#newest", 303)


def _post(runtime: Runtime, *, line: str, number: str, body: str) -> int:
    message_id = new_message_id()
    parameters = {
        "MessageSid": message_id,
        "SmsSid": message_id,
        "AccountSid": "AC" + "0" * 32,
        "From": number,
        "To": line,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": str(count(body).parts),
        "FromCountry": "CL",
        "ApiVersion": "2010-04-01",
    }
    signature = sign(runtime.settings, path=INBOUND, parameters=parameters)
    # A context of its own: inside the present one Flask would let both requests share `g`, and the page would come
    # back in the language of the webhook.
    with current_app.app_context():
        answer = Client(current_app.wsgi_app, use_cookies=False).post(
            INBOUND, data=parameters, headers={HEADER: signature}
        )
    return answer.status_code


def _choices(runtime: Runtime) -> list[LineChoice]:
    with runtime.database.read() as session:
        served = [(row.number, sites_of_line(session, row.number)) for row in lines(session)]
        return [
            LineChoice(number, _shown(number), ", ".join(site.name for site in sites), sites[0].time_zone)
            for number, sites in served
            if sites
        ]


def _shown(number: str) -> str:
    try:
        return shown_phone(PhoneNumber(parse_phone(number)))
    except PhoneNumberRefused:
        return number


def _shown_text(bubble: Bubble) -> ShownText:
    cost, language = count(bubble.body), detect_language(bubble.body)
    return ShownText(
        bubble.is_from_person,
        bubble.body,
        bubble.at,
        cost.parts,
        cost.units,
        cost.limit_one,
        cost.encoding is Encoding.GSM_7,
        language if language != g.get("lang") else None,
    )
