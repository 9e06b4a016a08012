"""What the page of a case says of those who joined it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.cases.feedback import VERDICTS
from grievance.cases.page import CasePage, JoiningPart
from grievance.core.i18n import Locale
from grievance.web import formats, words


@dataclass(frozen=True, slots=True)
class JoiningView:
    """The code with its line, and how many joined and what they say."""

    code: str
    line: str
    joined: str
    voices: list[str]


def joining(page: CasePage, lang: Locale) -> JoiningView | None:
    """Return what stands on the page; None where nobody can join and nobody has joined."""
    part = page.joining
    if part is None:
        return None
    count = len(part.filings)
    if not count and not part.code:
        first, *rest = _voices(part, lang)
        return JoiningView("", "", first, rest)
    joined = ngettext("%(num)s person joined with a code.", "%(num)s people joined with a code.", count)
    return JoiningView(part.code or "", part.line or "", joined, list(_voices(part, lang)))


def _answered(part: JoiningPart) -> str:
    return _("Of those who began the case, %(done)s of %(all)s answered.", done=part.answered, all=part.asked)


def _voices(part: JoiningPart, lang: Locale) -> list[str]:
    answers = [f"{words.answer(code, lang)}: {number}" for code, number in sorted(part.answers.items())]
    began, verdicts = (
        [f"{words.verdict(VERDICTS[mark], lang)}: {number}" for mark, number in sorted(said.items())]
        for said in (part.began, part.verdicts)
    )
    said = [_answered(part)] if part.asked > 1 else []
    if answers:
        said.append(_("About the response, those who joined: %(answers)s", answers=formats.list_and(answers, lang)))
    if began:
        said.append(_("About how it ended, those who began: %(verdicts)s", verdicts=formats.list_and(began, lang)))
    if verdicts:
        said.append(_("About how it ended, those who joined: %(verdicts)s", verdicts=formats.list_and(verdicts, lang)))
    return said
