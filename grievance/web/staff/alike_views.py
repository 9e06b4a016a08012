"""What a case has to do with others: those that look like it, and whether another points at the same person."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.accounts.permissions import Action
from grievance.cases import corroboration
from grievance.cases.page import CasePage
from grievance.cases.queries import for_change
from grievance.cases.visibility import CaseAction
from grievance.core.i18n import Locale
from grievance.desk import duplicates
from grievance.desk.duplicates import Lookalike
from grievance.web import formats
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, viewer
from grievance.web.unit import current


@dataclass(frozen=True, slots=True)
class AlikeLine:
    """A case that looks like this one."""

    reference: str
    title: str
    why: str
    join_url: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands on the page of a case about others."""

    alike: list[AlikeLine]
    points_alike: bool
    """Another case points at the same person."""
    pointing: tuple[str, ...]
    """Those of them that the viewer may see."""


@duty(Action.WORK_CASE)
def not_the_same(reference: str) -> ResponseReturnValue:
    """Keep that two cases are not the same."""
    unit = current()
    case = for_change(unit.session, viewer(), reference, CaseAction.MERGE)
    duplicates.dismiss(unit.session, viewer(), case, request.form.get("other", ""), at=unit.now)
    say(_("Noted. The two are not suggested for each other again."))
    return redirect(url_for("staff.case", reference=reference), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route what is done about cases that look alike."""
    es, en = "/equipo/casos/<reference>/no-es-lo-mismo", "/staff/cases/<reference>/not-the-same"
    localized(bp, "not_the_same", not_the_same, es=es, en=en, methods=("POST",))


def beside(page: CasePage) -> Beside:
    """Return what the viewer may know of other cases. That another points at the same person goes into the trail."""
    unit, lang = current(), current_lang()
    alike: tuple[Lookalike, ...] = ()
    if CaseAction.MERGE in page.allowed:
        alike = duplicates.lookalikes(unit.session, viewer(), page.case_id, time_zone=page.time_zone)
    hint = corroboration.corroboration(unit.session, viewer(), page.case_id, site_id=page.site_id)
    if hint is not None:
        corroboration.note_shown(unit.write(), viewer(), page.public_id, page.site_id, at=unit.now)
    lines = [_line(page, one, lang) for one in alike]
    return Beside(lines, hint is not None, hint.references if hint else ())


def _line(page: CasePage, one: Lookalike, lang: Locale) -> AlikeLine:
    reasons = [_("same area")] if one.same_area else []
    if one.same_category:
        reasons.append(_("about the same"))
    apart = ngettext("%(num)s day apart", "%(num)s days apart", one.days_apart)
    reasons.append(apart if one.days_apart else _("the same day"))
    if one.shared_words:
        reasons.append(ngettext("%(num)s word in common", "%(num)s words in common", one.shared_words))
    if one.other_language:
        reasons.append(_("in another language"))
    join_url = url_for("staff.case_merge", reference=page.reference, into=one.reference)
    return AlikeLine(one.reference, one.title or "", formats.list_and(reasons, lang), join_url)
