"""Saying what the columns and words of a list mean: for a file that waits, and for what is kept for the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.registers import kept
from grievance.registers.checking import Looked
from grievance.registers.finding import Found, FoundColumn, preview
from grievance.registers.importing import load_for_change, match
from grievance.registers.lists import list_names, lists_of
from grievance.registers.matching import Matching, keys_of, written
from grievance.registers.queries import ImportRow, NothingFound, found_in, import_of
from grievance.sites.models import Site
from grievance.sites.queries import site_by_id
from grievance.web.errors import NOT_FOUND, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.page import Link
from grievance.web.staff.access import duty, me, sites_for, viewer
from grievance.web.staff.forms_matching import Ground, MatchingFields, fields_of
from grievance.web.staff.forms_register import RegisterStepForm
from grievance.web.staff.matching_pages import head, view
from grievance.web.staff.pages_base import staff_page
from grievance.web.staff.register_pages import crumbs, name_of
from grievance.web.unit import current


def add_routes(bp: Blueprint) -> None:
    """Add the page of a file, and those of what is kept."""
    es, en = "/equipo/registros", "/staff/registers"
    one_es, one_en = f"{es}/<public_id>/columnas", f"{en}/<public_id>/columns"
    localized(bp, "register_matching", register_matching, es=one_es, en=one_en)
    localized(bp, "register_match", register_match, es=one_es, en=one_en, methods=("POST",))
    kept_es, kept_en = f"{es}/equivalencias/<public_id>", f"{en}/matchings/<public_id>"
    localized(bp, "kept_matching", kept_matching, es=kept_es, en=kept_en)
    localized(bp, "change_matching", change_matching, es=kept_es, en=kept_en, methods=("POST",))
    away = ("olvidar", "forget")
    forget_es, forget_en = (f"{path}/{word}" for path, word in zip((kept_es, kept_en), away, strict=True))
    localized(bp, "forget_matching", forget_matching, es=forget_es, en=forget_en, methods=("POST",))
    translate(bp, dict.fromkeys((kept.MatchingNotFound, NothingFound), NOT_FOUND))


@duty(Action.IMPORT_REGISTER)
def register_matching(public_id: str) -> ResponseReturnValue:
    """Ask what the columns and words of a file mean, proposing what can be guessed."""
    row, site, ground = _of_file(public_id)
    fields = fields_of(ground, is_sent=False)
    return _page(ground, fields, row=row, site=site)


@duty(Action.IMPORT_REGISTER)
def register_match(public_id: str) -> ResponseReturnValue:
    """Show how the first rows would come in; or have the whole file checked with what was said."""
    row, site, ground = _of_file(public_id)
    fields = fields_of(ground, is_sent=True)
    is_whole = fields.is_whole()
    if not is_whole or request.form.get("step") != "check":
        return _page(ground, fields, row=row, site=site, status=200 if is_whole else 422)
    said, unit = fields.matching(ground), current()
    if said.name and not _keep(
        fields, lambda: kept.keep(unit.session, site.operator_id, said, by=me().staff_id, at=unit.now)
    ):
        return _page(ground, fields, row=row, site=site, status=422)
    match(unit.session, load_for_change(unit.session, row.id), written(said), by=me().staff_id, at=unit.now)
    say(_("The file is being checked with what you said."))
    return redirect(url_for("staff.register_import", public_id=public_id), code=303)


@duty(Action.IMPORT_REGISTER)
def kept_matching(public_id: str) -> ResponseReturnValue:
    """Show what is kept, to change or forget it."""
    _row, said, site, ground = _of_kept(public_id)
    return _page(ground, fields_of(ground, is_sent=False), site=site, said=said, public_id=public_id)


@duty(Action.IMPORT_REGISTER)
def change_matching(public_id: str) -> ResponseReturnValue:
    """Keep other meanings, or another name."""
    kept_row, said, site, ground = _of_kept(public_id)
    fields = fields_of(ground, is_sent=True)
    is_whole = fields.is_whole()
    changed = fields.matching(ground)
    if is_whole and not changed.name:
        fields.form.name.errors = [_("Write a name.")]
        is_whole = False
    unit = current()

    def keep() -> None:
        kept.change(unit.session, kept_row, changed, by=me().staff_id, at=unit.now)

    if not is_whole or not _keep(fields, keep):
        return _page(ground, fields, site=site, said=said, public_id=public_id, status=422)
    say(_("Kept. It holds for the next file with these headers."))
    return redirect(url_for("staff.registers"), code=303)


@duty(Action.IMPORT_REGISTER)
def forget_matching(public_id: str) -> ResponseReturnValue:
    """Forget what is kept."""
    if not RegisterStepForm().validate_on_submit():
        abort(400)
    unit = current()
    row, _said = kept.one_of(unit.session, _operators(), public_id)
    kept.forget(unit.session, row, by=me().staff_id, at=unit.now)
    say(_("Forgotten. What was imported with it stays as it is."))
    return redirect(url_for("staff.registers"), code=303)


def _of_file(public_id: str) -> tuple[ImportRow, Site, Ground]:
    session = current().session
    row = import_of(session, viewer(), public_id)
    found, said = found_in(session, row.id)
    site = site_by_id(session, row.site_id)
    return row, site, _ground(site, found, said)


def _of_kept(public_id: str) -> tuple[Any, Matching, Site, Ground]:
    session = current().session
    row, said = kept.one_of(session, _operators(), public_id)
    sites = [site_by_id(session, one.id) for one in sites_for(Action.IMPORT_REGISTER)]
    site = next(one for one in sites if one.operator_id == row.operator_id)
    found = Found(tuple(_known(said)), 0, ())
    return row, said, site, _ground(site, found, said)


def _known(said: Matching) -> Sequence[FoundColumn]:
    """Return the columns of a list of which no file is here."""
    keys = keys_of(said.headers)
    words = {key: tuple(said.words.get(column, {})) for key, column in said.columns.items()}
    return [
        FoundColumn(key, header, at, 0, 0, 0, words.get(key, ()))
        for at, (key, header) in enumerate(zip(keys, said.headers, strict=True))
    ]


def _ground(site: Site, found: Found, said: Matching | None) -> Ground:
    session = current().session
    return Ground(found, said, lists_of(session, site), list_names(session, site), current_lang())


def _operators() -> Sequence[int]:
    return kept.operators_of(current().session, [site.id for site in sites_for(Action.IMPORT_REGISTER)])


def _keep(fields: MatchingFields, do: Callable[[], None]) -> bool:
    """Keep a matching; when that is refused, say why at the name and keep nothing of this request."""
    try:
        do()
    except kept.MatchingNameTaken:
        refusal = _("Another list is kept under this name. Choose another one.")
    except kept.TooManyMatchings:
        refusal = _(
            "%(most)s are kept, which is the most. Forget one first, or leave the name empty.", most=kept.MOST_KEPT
        )
    else:
        return True
    fields.form.name.errors = [refusal]
    current().undo()
    return False


def _page(  # a page of these parts
    ground: Ground,
    fields: MatchingFields,
    *,
    site: Site,
    row: ImportRow | None = None,
    said: Matching | None = None,
    public_id: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    looked: Sequence[Looked] = ()
    if row is not None:
        looked = preview(ground.found, fields.matching(ground), ground.site, here=frozenset(), now=current().now)
    up, action = crumbs(), url_for("staff.change_matching", public_id=public_id)
    if row is not None:
        action = url_for("staff.register_match", public_id=row.public_id)
        up = [*up, Link(label=name_of(row), url=url_for("staff.register_import", public_id=row.public_id))]
    body = render_template(
        "staff/register_matching.html",
        page=staff_page(current="registers", site_name=site.name),
        form=fields.form,
        action=action,
        shown=view(ground, fields, looked, site.time_zone),
        head=head(),
        crumbs=up,
        header_lang=site.default_locale,
        title=said.name if said is not None else _("What the columns mean"),
        forget=url_for("staff.forget_matching", public_id=public_id) if public_id else "",
    )
    return body, status
