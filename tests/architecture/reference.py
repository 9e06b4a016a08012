"""Generated parts of the documents: tables that follow from the code, so that they cannot say anything else.

A document marks the place with `<!-- generated: name -->` and `<!-- end -->`; what stands between is written by
`python -m tests.architecture.reference` (or `make reference`) and compared in `test_docs`. Not for prose.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from sqlalchemy import Boolean, CheckConstraint, Column, Date, Integer, LargeBinary, String, Table, Text
from sqlalchemy.types import JSON

from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import PERMITTED, Action, Duty
from grievance.cases import states
from grievance.cases.states import OPEN, TRANSITIONS, Status
from grievance.cli.root import root
from grievance.core.config import Settings
from grievance.core.db import Base, UTCDateTime
from grievance.core.i18n import ENGLISH, OFFERED
from grievance.deadlines.standards import (
    INTERVALS,
    STANDARDS_VERSION,
    CaseType,
    Span,
    Unit,
    later_standards,
    standards_for,
)
from grievance.messaging.mail_wording import MAILS, render_mail
from grievance.metrics.definitions import DAY_PARTS, DEFINITIONS, FOLLOWED_PARTS, INCIDENCE, PARTS
from grievance.metrics.indicators import INDICATORS
from grievance.metrics.people import TABLE_VERSION
from grievance.metrics.table_definitions import CELLS, TABLES
from grievance.publishing.exports import LADDERS, LEVELS, WINDOWS
from grievance.registry import configure_mappers
from grievance.web import clock_words, words
from tests.architecture.meanings import ALSO, USUAL
from tests.architecture.sources import TOP

MARKED = re.compile(r"<!-- generated: (?P<name>[a-z-]+) -->\n(?P<body>.*?)<!-- end -->", re.DOTALL)


class Undescribed(LookupError):
    """A column without a meaning: give it an attribute docstring in its model."""


def documents() -> list[Path]:
    """List every document of the repository, the tests' own included."""
    return sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), TOP / "tests" / "README.md"])


def brought_up_to_date(text: str) -> str:
    """Return a document with its generated parts as they follow from the code now."""
    return MARKED.sub(lambda found: f"<!-- generated: {found['name']} -->\n{BLOCKS[found['name']]()}<!-- end -->", text)


def settings() -> str:
    """Return the table of all settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        is_secret = field.annotation is SecretStr
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = "**needed**" if default is PydanticUndefined else _default(default)
        kind = " · ".join(f"`{value}`" for value in get_args(field.annotation))
        meaning = " ".join(filter(None, ["*Secret.*" if is_secret else "", field.description or "", kind]))
        rows.append((f"`GRIEVANCE_{name.upper()}`", shown, meaning))
    return _table(("Setting", "Default", "What it is"), rows)


def commands() -> str:
    """Return the table of all commands with what they take."""
    rows = [
        (
            f"`grievance {path}`",
            " ".join((command.help or "").split()),
            "<br>".join(_taken(parameter) for parameter in command.params),
        )
        for path, command in walk()
    ]
    return _table(("Command", "What it does", "Takes"), rows)


def _taken(parameter: click.Parameter) -> str:
    if not isinstance(parameter, click.Option):
        return f"`{parameter.human_readable_name}`"
    choices = " · ".join(f"`{choice}`" for choice in getattr(parameter.type, "choices", ()))
    return " ".join(filter(None, [f"`{'/'.join(parameter.opts)}`", parameter.help or "", choices]))


def walk(group: click.Group = root, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that can be run, with its words."""
    for name, command in sorted(group.commands.items()):
        words_of_it = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from walk(command, words_of_it)
        else:
            yield words_of_it, command


def statuses() -> str:
    """Return the table of statuses."""
    return _table(
        ("Status", "Shown as", "Open"),
        ((f"`{status}`", words.status(status, ENGLISH), "yes" if status in OPEN else "") for status in Status),
    )


def transitions() -> str:
    """Return the table of transitions."""
    return _table(
        ("Move", "From", "To", "Made by", "Outcome it sets"),
        (
            (
                f"`{move}`",
                "any open status" if row.from_statuses == OPEN else _codes(_in_order(Status, row.from_statuses)),
                f"`{row.to_status}`",
                ", ".join(words.actor(kind, ENGLISH).lower() for kind in _in_order(states.ActorKind, row.actors)),
                f"`{row.ends_with}`" if row.ends_with else "",
            )
            for move, row in TRANSITIONS.items()
        ),
    )


def facts() -> str:
    """Return the tables of outcomes, verdicts, sources and of how surely a person was told."""
    parts = []
    sets: tuple[tuple[str, type[StrEnum], Callable[[str, Any], str]], ...] = (
        ("Outcome", states.Outcome, words.outcome),
        ("Verdict", states.Verdict, words.verdict),
        ("Source", states.Source, words.source),
        ("Told", states.Told, words.told),
    )
    for title, values, say in sets:
        extra = ("Counts as told",) if values is states.Told else ()
        rows = [
            (f"`{value}`", say(value, ENGLISH), *(("yes" if value in states.COUNTS_AS_TOLD else "",) if extra else ()))
            for value in values
        ]
        parts.append(_table((title, "Shown as", *extra), rows))
    return "\n".join(parts)


def events() -> str:
    """Return the table of what an event can record."""
    return _table(("Event", "Shown as"), ((f"`{kind}`", words.event(kind, ENGLISH)) for kind in states.EventKind))


def duties() -> str:
    """Return the table of duties."""
    meanings = _attribute_docs(Duty)
    return _table(("Duty", "Charged with"), ((f"`{duty}`", meanings.get(duty.name, "")) for duty in Duty))


def permissions() -> str:
    """Return the table of duty × action."""
    return _table(
        ("Action", *(f"`{duty}`" for duty in Duty)),
        ((f"`{action}`", *("yes" if duty in PERMITTED[action] else "" for duty in Duty)) for action in Action),
    )


def clocks() -> str:
    """Return the table of service standards."""
    rows = []
    for case_type in CaseType:
        for row in (*standards_for(case_type), *later_standards(case_type)):
            law = "law, to be confirmed by counsel" if row.to_confirm else "law" if row.locked else ""
            rows.append(
                (
                    f"`{case_type}`<br>{words.case_type(case_type, ENGLISH)}",
                    f"`{row.clock}`<br>{clock_words.clock(row.clock, ENGLISH)}",
                    _span(row.span),
                    law,
                    row.source,
                )
            )
    return f"Version {STANDARDS_VERSION} of the standards.\n\n" + _table(
        ("Type", "Clock", "Within", "Fixed", "Source"), rows
    )


def intervals() -> str:
    """Return the table of spans that do not depend on the type."""
    return _table(("Interval", "Length"), ((f"`{name}`", _span(span)) for name, span in INTERVALS.items()))


def audit_actions() -> str:
    """Return the list of what is worth a line of the audit trail."""
    return ", ".join(f"`{action}`" for action in AuditAction) + ".\n"


def indicators() -> str:
    """Return every figure with its definition, and the words of its parts."""
    parts = []
    for row in INDICATORS.values():
        words_of_it = DEFINITIONS[row.id]
        facts: tuple[tuple[str, str], ...] = (
            ("Says", words_of_it.says),
            ("Numerator", words_of_it.numerator),
            ("Denominator", words_of_it.denominator),
            ("Left out, or beside it", words_of_it.leaves_out),
            ("Period", WINDOWS[row.window]),
            ("Kind", f"{LEVELS[row.level]}. {LADDERS[row.ladder]}."),
            ("Version", str(row.version)),
        )
        parts.append(f"### {row.id}: {words_of_it.name}\n\n" + _table(("", ""), facts))
    for id_, table in TABLES.items():
        facts = (
            ("Says", table.says),
            ("Counted", table.numerator),
            ("Out of", table.denominator),
            ("Left out", table.leaves_out),
            ("Period", WINDOWS[table.window]),
            ("Kind", f"{LEVELS[table.level]}. {LADDERS[table.ladder]}."),
            ("Lines", ", ".join(f"`{code}`" for code in CELLS[id_]) + _ROWS_OF.get(id_, "")),
            ("Version", str(TABLE_VERSION)),
        )
        parts.append(f"### {id_}: {table.name}\n\n" + _table(("", ""), facts))
    codes = _table(
        ("Code", "Is"),
        (
            *((f"`{code}`", name) for code, name in PARTS.items()),
            *((f"`{code}_30`, `_60`, `_90`", name % {"day": "30"}) for code, name in FOLLOWED_PARTS.items()),
            *((f"`day_30{end}`", name % {"day": "30"}) for end, name in DAY_PARTS.items() if end != INCIDENCE),
            (f"`{INCIDENCE}_day_30`", DAY_PARTS[INCIDENCE] % {"day": "30"}),
        ),
    )
    return "\n".join(parts) + "\n### Parts and exclusions\n\n" + codes


_ROWS_OF: Mapping[str, str] = {
    "people.category": ", and the categories of the operator",
    "people.employer": ", and the companies of the operator",
    "people.area": ", and the areas of the site",
}


def tables() -> str:
    """Return every table with its columns.

    Raises:
        Undescribed: a column has no meaning.
    """
    return "\n".join(_one_table(model) for model in _models())


def columns() -> list[str]:
    """List every column as "table.column"."""
    return [f"{model.__tablename__}.{column.name}" for model in _models() for column in model.__table__.columns]


def _models() -> list[type[Any]]:
    configure_mappers()
    return sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: str(model.__tablename__))


def _one_table(model: type[Any]) -> str:
    table: Table = model.__table__
    told = " ".join((inspect.getdoc(model) or "").split())
    rows = [
        (f"`{column.name}`", _type(column), "" if column.nullable else "yes", _meaning(model, column))
        for column in table.columns
    ]
    return f"## `{table.name}`\n\n{told}\n\n{_table(('Column', 'Type', 'Always set', 'Meaning'), rows)}"


def _type(column: Column[Any]) -> str:
    if column.name.endswith("_sealed"):
        return "sealed text"
    if isinstance(column.type, String) and not isinstance(column.type, Text):
        return f"text, {column.type.length}"
    names: tuple[tuple[type[Any], str], ...] = (
        (UTCDateTime, "instant, UTC"),
        (Date, "date"),
        (Boolean, "yes or no"),
        (Integer, "number"),
        (LargeBinary, "bytes"),
        (JSON, "JSON"),
        (Text, "text"),
    )
    return next(name for kind, name in names if isinstance(column.type, kind))


def _meaning(model: type[Any], column: Column[Any]) -> str:
    key = f"{column.table.name}.{column.name}"
    said = _attribute_docs(model).get(column.name) or ALSO.get(key, "")
    target = next((f"→ `{foreign.column.table.name}`" for foreign in column.foreign_keys), "")
    values = _allowed(column)
    found = " ".join(filter(None, [said, values, target]))
    if not found:
        found = USUAL.get(column.name, "")
    if not found:
        raise Undescribed(key)
    return found


def _allowed(column: Column[Any]) -> str:
    """Return the values that the check of an enum column lets in."""
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint) and str(check.name) == f"ck_{column.table.name}_{column.name}_known":
            values = re.findall(r"'([a-z0-9_]+)'", str(check.sqltext))
            return "One of " + ", ".join(f"`{value}`" for value in values) + "."
    return ""


def _attribute_docs(model: type[Any]) -> dict[str, str]:
    """Return the strings that stand below the attributes of a class."""
    source = ast.parse(Path(inspect.getfile(model)).read_text(encoding="utf-8"))
    body = next(node.body for node in source.body if isinstance(node, ast.ClassDef) and node.name == model.__name__)
    found: dict[str, str] = {}
    for statement, after in pairwise(body):
        if isinstance(statement, ast.AnnAssign):
            target: ast.expr = statement.target
        elif isinstance(statement, ast.Assign):
            target = statement.targets[0]
        else:
            continue
        match (target, after):
            case (ast.Name(id=name), ast.Expr(value=ast.Constant(value=str(told)))):
                found[name] = " ".join(told.split())
    return found


def _default(value: object) -> str:
    if value == "":
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _span(span: Span) -> str:
    if span.amount == 0:
        return "at once: the same day"
    names = {Unit.BUSINESS_DAYS: "business day", Unit.CALENDAR_DAYS: "calendar day", Unit.HOURS: "hour"}
    name = names.get(span.unit, "month")
    return f"{span.amount} {name}{'' if span.amount == 1 else 's'}"


def _in_order(kind: type[StrEnum], values: Iterable[StrEnum]) -> list[StrEnum]:
    wanted = set(values)
    return [value for value in kind if value in wanted]


def _codes(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def mails() -> str:
    """Return one section per mail: its subject and its words, in each language."""
    shown: dict[str, str | int] = {"reference": "7K3Q-9F2M", "link": "https://reclamos.example/…", "count": 3}
    sections = []
    for name, text in MAILS.items():
        written = [(lang, render_mail(name, lang, **{need: shown[need] for need in text.needs})) for lang in OFFERED]
        rows = [f"- **{lang}**: *{mail.subject}*. {' '.join(mail.body.split())}" for lang, mail in written]
        sections.append("\n".join([f"### mail: {name}\n", *rows]) + "\n")
    return "\n" + "\n".join(sections)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "settings": settings,
    "commands": commands,
    "mails": mails,
    "statuses": statuses,
    "transitions": transitions,
    "facts": facts,
    "events": events,
    "duties": duties,
    "permissions": permissions,
    "clocks": clocks,
    "intervals": intervals,
    "audit-actions": audit_actions,
    "indicators": indicators,
    "tables": tables,
}


def main() -> int:
    """Write the generated parts of every document; say which changed."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        wanted = brought_up_to_date(text)
        if wanted != text:
            path.write_text(wanted, encoding="utf-8")
            print(path.relative_to(TOP))  # noqa: T201  # a command line
    return 0


if __name__ == "__main__":
    sys.exit(main())
