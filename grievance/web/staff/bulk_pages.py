"""What the page of a step on several cases shows: each case, what goes to its people, and why it would be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grievance.accounts.permissions import NotPermitted
from grievance.cases.queries import CaseNotFound
from grievance.cases.transitions import CaseChanged
from grievance.cases.ways import TextPreview
from grievance.desk.bulk import PickedCase, Result
from grievance.web import formats, words
from grievance.web.lang import current_lang
from grievance.web.staff.action_pages import Going, going_to
from grievance.web.staff.action_refusals import REFUSALS, refusal
from grievance.web.staff.forms_bulk import MergeManyForm
from grievance.web.staff.thread_pages import language_in_text

BULK_REFUSED: Final[tuple[type[Exception], ...]] = (*REFUSALS, NotPermitted, CaseNotFound)

_IN_BULK: Final[Mapping[type[Exception], LazyString]] = {
    CaseChanged: _l("Somebody has changed it since."),
    CaseNotFound: _l("There is no such case that you can see."),
    NotPermitted: _l("You can see it, but others work it."),
}


@dataclass(frozen=True, slots=True)
class BulkCase:
    """One of the picked cases: what goes to its people, or why nothing does."""

    reference: str
    value: str
    title: str
    language: str
    going: list[Going] = field(default_factory=list)
    refused: str = ""


@dataclass(frozen=True, slots=True)
class BulkView:
    """The picked cases; `has_checked` once it was tried what would happen."""

    cases: list[BulkCase]
    languages: str
    has_checked: bool
    done: int


def bulk_view(
    cases: Sequence[PickedCase], results: Sequence[Result], previews: Mapping[str, Sequence[TextPreview]]
) -> BulkView:
    """Return the picked cases with what was found when the step was tried."""
    lang = current_lang()
    refused = {result.reference: _why(result.error) for result in results if result.error is not None}
    languages = sorted({language_in_text(case.locale, lang) for case in cases})
    return BulkView(
        cases=[
            BulkCase(
                reference=case.reference,
                value=f"{case.reference}.{case.version}",
                title=case.title or _("%(what)s, no title yet", what=words.case_type(case.type)),
                language=language_in_text(case.locale, lang),
                going=[going_to(found) for found in previews.get(case.reference, ())]
                if case.reference not in refused
                else [],
                refused=refused.get(case.reference, ""),
            )
            for case in cases
        ],
        languages=formats.list_and(languages, lang) if len(languages) > 1 else "",
        has_checked=bool(results),
        done=sum(result.error is None for result in results),
    )


def fill_merge(form: MergeManyForm, cases: Sequence[PickedCase]) -> None:
    """Offer the picked cases as the one that goes on."""
    form.into.choices = [
        (case.reference, f"{case.title or words.case_type(case.type)} ({case.reference})") for case in cases
    ]


def refused_lines(results: Sequence[Result]) -> list[str]:
    """Return why cases were refused, those with one reason together: the cookie that carries them is small."""
    by_reason: dict[str, list[str]] = {}
    for result in results:
        if result.error is not None:
            by_reason.setdefault(_why(result.error), []).append(result.reference)
    return [
        _("Not done: %(references)s. %(why)s", references=", ".join(references), why=why)
        for why, references in by_reason.items()
    ]


def _why(error: Exception | None) -> str:
    found = next((said for kind, said in _IN_BULK.items() if isinstance(error, kind)), None)
    if found is None and error is not None:
        found = refusal(error)
    return str(found)
