"""Property: whatever people text, in whatever order, every text ends handled and every word of theirs is kept once."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import CaseMessage, Submission
from grievance.crypto.fields import unseal
from grievance.dialogue import respond
from grievance.dialogue.grammar import FreeText, read, redact_access_codes
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, OutboundMessage
from tests.support.casework import send_texts
from tests.support.places import LINE, WEDNESDAY, make_site

SPANISH_COMMANDS = ["AYUDA", "ESTADO", "NUEVO", "IDIOMA", "BAJA", "ALTA", "RETIRAR", "CODIGO", "APELAR", "SI", "NO"]
ENGLISH_COMMANDS = ["help", "status", "new", "language", "STOP", "START", "withdraw", "code", "appeal", "YES"]
ANSWERS = ["1", "2", "3", "4", "7", "45", "4/5/2", "7K3Q-9F2M", "English", "Español"]
COMMANDS = st.sampled_from(SPANISH_COMMANDS + ENGLISH_COMMANDS + ANSWERS)
SENTENCES = st.sampled_from(
    [
        "Entra polvo a la casa",
        "NO ME DEN DE BAJA",
        "please stop the trucks",
        "NUEVO los baños estan malos",
        "apelar no estoy de acuerdo",
        "mi codigo es 4FQ2-8KZM-1VXC-7TRB y nadie contesta",
        "sobre el caso 7K3Q-9F2M sigue igual",
    ]
)
TEXTS = st.lists(st.tuples(COMMANDS | SENTENCES | st.text(max_size=60), st.integers(0, 30)), min_size=1, max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(TEXTS)
def test_every_text_is_handled_and_every_word_kept_exactly_once(session: Session, texts: list[tuple[str, int]]) -> None:
    example = session.begin_nested()
    make_site(session, slug=f"mina-{secrets.token_hex(4)}")
    said: Counter[str] = Counter()
    at = WEDNESDAY

    for words, days in texts:
        at += timedelta(days=days, minutes=7)
        handle(session, words, at)
        if is_said(words):
            said[redact_access_codes(words, mark="[****]")] += 1

    kept = Counter(words_kept(session))
    assert set(session.scalars(select(InboundMessage.state))) == {"handled"}
    assert {words: kept[words] for words in said} == dict(said)
    assert set(session.scalars(select(OutboundMessage.state))) <= {"queued", "held", "sent"}
    example.rollback()


def handle(session: Session, words: str, at: object) -> None:
    assert isinstance(at, type(WEDNESDAY))
    inbound_id = inbox.record(
        session,
        provider="twilio",
        provider_message_id=f"SM{secrets.token_hex(16)}",
        line=LINE,
        number="+56911111111",
        body=words,
        media=(),
        opt_out_type=None,
        at=at,
    )
    assert inbound_id is not None
    assert respond.handle(session, inbound_id, at=at)
    session.flush()
    # What is asked waits for its answer from then on.
    send_texts(session, at=at, status=None)


def is_said(words: str) -> bool:
    """Whether these are a person's own words, with something in them."""
    return isinstance(read(words), FreeText) and any(symbol.isalnum() for symbol in words)


def words_kept(session: Session) -> list[str]:
    rows = [*session.scalars(select(Submission)), *session.scalars(select(CaseMessage))]
    return [
        unseal(session, row, "words") or "" for row in rows if not isinstance(row, CaseMessage) or row.is_from_person
    ]
