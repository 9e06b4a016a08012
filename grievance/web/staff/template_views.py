"""Reply templates: coordinators write, change and remove them; handlers find them at the forms."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.accounts.queries import SiteName
from grievance.cases.waiver import WaiverOfRights, refuse_waivers
from grievance.desk import reply_templates as replies
from grievance.desk.reply_templates import Template, TemplateNotFound, TooManyTemplates, UnknownVariable
from grievance.messaging.texts import TextTooLong
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.staff.access import at_site, duty, sites_for, viewer
from grievance.web.staff.action_pages import size_words
from grievance.web.staff.action_refusals import refusal
from grievance.web.staff.forms_templates import TemplateForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.staff.template_pages import size_of, template_line, variable_words
from grievance.web.unit import current


@duty(Action.MANAGE_TEMPLATES)
def templates() -> ResponseReturnValue:
    """Show the templates of one's sites, and the form for another one."""
    return _list(_form())


@duty(Action.MANAGE_TEMPLATES)
def add_template() -> ResponseReturnValue:
    """Offer another template."""
    form, unit = _form(), current()
    if not form.validate() or not _fits(form):
        return _list(form, status=422)
    try:
        site = at_site(Action.MANAGE_TEMPLATES, form.site.data)
        replies.add_template(unit.session, viewer(), site.id, form.wording(), at=unit.now)
    except TooManyTemplates:
        form.form_errors.append(_("This site has as many templates as it may have. Remove one first."))
        return _list(form, status=422)
    say(_("The template is offered from now on."))
    return redirect(url_for("staff.templates"), code=303)


@duty(Action.MANAGE_TEMPLATES)
def edit_template(public_id: str) -> ResponseReturnValue:
    """Show a template in its form."""
    found = _template(public_id)
    form = _form_of(found)
    form.process(
        data={
            "site": _site_of(found).slug,
            "name": found.name,
            "case_type": found.case_type or "",
            "locale": found.locale,
            "words": found.words,
        }
    )
    return _one(public_id, form)


@duty(Action.MANAGE_TEMPLATES)
def change_template(public_id: str) -> ResponseReturnValue:
    """Give a template other words."""
    form, unit = _form_of(_template(public_id)), current()
    if not form.validate() or not _fits(form):
        return _one(public_id, form, status=422)
    replies.change_template(unit.session, viewer(), public_id, form.wording(), at=unit.now)
    say(_("The template is changed. Messages already written stay as they are."))
    return redirect(url_for("staff.templates"), code=303)


@duty(Action.MANAGE_TEMPLATES)
def remove_template(public_id: str) -> ResponseReturnValue:
    """Offer a template no more."""
    unit = current()
    try:
        replies.remove_template(unit.session, viewer(), public_id, at=unit.now)
    except TemplateNotFound:
        abort(404)
    say(_("The template is removed. Messages already written stay as they are."))
    return redirect(url_for("staff.templates"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route the templates."""
    post = ("POST",)
    es, en = "/equipo/plantillas", "/staff/templates"
    localized(bp, "templates", templates, es=es, en=en)
    localized(bp, "add_template", add_template, es=f"{es}/agregar", en=f"{en}/add", methods=post)
    localized(bp, "edit_template", edit_template, es=f"{es}/<public_id>", en=f"{en}/<public_id>")
    localized(
        bp,
        "change_template",
        change_template,
        es=f"{es}/<public_id>/cambiar",
        en=f"{en}/<public_id>/change",
        methods=post,
    )
    localized(
        bp,
        "remove_template",
        remove_template,
        es=f"{es}/<public_id>/quitar",
        en=f"{en}/<public_id>/remove",
        methods=post,
    )


def _form() -> TemplateForm:
    form = TemplateForm()
    form.offer([(site.slug, site.name) for site in sites_for(Action.MANAGE_TEMPLATES)])
    return form


def _form_of(found: Template) -> TemplateForm:
    """Return the form of a template, which stays at its site."""
    form = TemplateForm()
    site = _site_of(found)
    form.offer([(site.slug, site.name)])
    return form


def _site_of(found: Template) -> SiteName:
    return next(site for site in sites_for(Action.MANAGE_TEMPLATES) if site.id == found.site_id)


def _template(public_id: str) -> Template:
    try:
        return replies.template(current().session, viewer(), public_id)
    except TemplateNotFound:
        return abort(404)


def _fits(form: TemplateForm) -> bool:
    """Return whether the words hold as a template and as a text; says why not on the field."""
    said = form.wording()
    try:
        replies.variables_in(said.words)
        refuse_waivers(said.words)
        size_of(Template("", 0, "", _("Site"), said.name, None, said.locale, said.words))
    except UnknownVariable as error:
        form.words.errors = [_("There is no variable “%(name)s”. Use those of the list.", name=error.name)]
        return False
    except WaiverOfRights as error:
        form.words.errors = [refusal(error)]
        return False
    except TextTooLong:
        form.words.errors = [_("This is too long for a text message. Make it shorter.")]
        return False
    return True


def _list(form: TemplateForm, *, status: int = 200) -> ResponseReturnValue:
    unit = current()
    found = replies.templates_of(unit.session, [site.id for site in sites_for(Action.MANAGE_TEMPLATES)])
    lines = [template_line(one) for one in found]
    body = render_template(
        "staff/templates.html",
        page=staff_page(current="templates"),
        form=form,
        lines=[(line, size_words(line.segments)) for line in lines],
        variables=variable_words(),
    )
    return body, status


def _one(public_id: str, form: TemplateForm, *, status: int = 200) -> ResponseReturnValue:
    body = render_template(
        "staff/template.html",
        page=staff_page(current="templates", narrow=True),
        form=form,
        public_id=public_id,
        variables=variable_words(),
    )
    return body, status
