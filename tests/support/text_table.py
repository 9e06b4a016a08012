"""The table of docs/texts.md, made from the texts themselves: `python -m tests.support.text_table` writes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from grievance.core.i18n import OFFERED, Locale
from grievance.messaging.segments import count
from grievance.messaging.text_names import Grows
from grievance.messaging.texts import TextName, Value, render
from grievance.messaging.wording import TEXTS

FILE = Path(__file__).resolve().parents[2] / "docs" / "texts.md"
BEGINS, ENDS = "<!-- table: begin -->\n", "<!-- table: end -->\n"

LONGEST: dict[str, Value] = {
    "site": "M" * 24,
    "reference": "7K3Q-9F2M",
    "earlier": "5WN8-R2TC",
    "due_on": date(2026, 9, 23),
    "old_on": date(2026, 9, 23),
    "until": date(2026, 9, 23),
    "body": "Servicio Inventado Largo",
    "emergency": "+565520000000000",
    "code": "4FQ2-8KZM-1VXC-7TRB",
    "status": "we answered and wait for your word",
    "who": "la persona encargada",
    "words": "(what staff wrote)",
    "choices": "1 Mina Aurora, 2 Puerto Sur",
    "cases": "7K3Q-9F2M, 5WN8-R2TC",
}
"""Values as long as they come; lists and words are examples."""

SHOWN: dict[str, Value] = {**LONGEST, "site": "Mina Aurora", "emergency": "+56552000000", "who": "a case handler"}
_GROWS = {Grows.NEVER: "", Grows.WITH_WORDS: " and the words", Grows.WITH_LIST: " and the list"}


def table() -> str:
    """Return one section per text: its wording and its cost with the longest values, in each language."""
    return "\n".join(_section(name) for name in TextName)


def write() -> None:
    """Write the table into the document."""
    before, _, rest = FILE.read_text().partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    FILE.write_text(f"{before}{BEGINS}\n{table()}\n{ENDS}{after}")


def _section(name: TextName) -> str:
    rows = [f"### {name.value}\n"]
    for locale in OFFERED:
        body = render(name, locale, **_values(name, SHOWN)).replace("\n", " ⏎ ")
        rows.append(f"- **{locale}** ({_cost(name, locale)}): {body}")
    return "\n".join(rows) + "\n"


def _cost(name: TextName, locale: Locale) -> str:
    cost = count(render(name, locale, **_values(name, LONGEST)))
    return (
        f"{cost.parts} part{'s' if cost.parts > 1 else ''}, {cost.units} of {cost.limit_one}{_GROWS[TEXTS[name].grows]}"
    )


def _values(name: TextName, longest: dict[str, Value]) -> dict[str, Value]:
    return {need: longest[need] for need in TEXTS[name].needs}


if __name__ == "__main__":
    write()
