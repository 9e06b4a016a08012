"""Put the open pages together: their addresses, and what is not found."""

from __future__ import annotations

from flask import Blueprint, Flask

from grievance.metrics.periods import NotAQuarter
from grievance.publishing.bulletin import NothingPublished
from grievance.runtime import Runtime
from grievance.sites.queries import SiteNotFound
from grievance.web.errors import NOT_FOUND, translate
from grievance.web.lang import localized
from grievance.web.open import about_views, feed_views, views
from grievance.web.open.kept import KeptPages
from grievance.web.open.print_routes import add_print_routes


def register_open(app: Flask, runtime: Runtime) -> None:
    """Add the open pages to an app that has its unit of work and languages."""
    del runtime  # reached through the request's unit
    kept = KeptPages()
    app.extensions["open_pages"] = kept
    app.wsgi_app = kept.around(app.wsgi_app)  # type: ignore[assignment,method-assign]  # as Flask says
    bp = Blueprint("open", __name__)
    translate(bp, {SiteNotFound: NOT_FOUND, NothingPublished: NOT_FOUND, NotAQuarter: NOT_FOUND})
    es, en = "/<site>/<int:year>-t<int:quarter>", "/<site>/<int:year>-q<int:quarter>"
    bp.add_url_rule("/", "root", views.root)
    localized(bp, "home", views.home, es="/", en="/")
    localized(bp, "site", views.site, es="/<site>", en="/<site>")
    localized(bp, "quarter", views.quarter, es=es, en=en)
    localized(bp, "version", views.version, es=f"{es}/v<int:version>", en=f"{en}/v<int:version>")
    localized(
        bp,
        "download",
        views.download,
        es=f"{es}/cifras-v<int:version>.<any(csv, json):kind>",
        en=f"{en}/figures-v<int:version>.<any(csv, json):kind>",
    )
    es, en = f"{es}/datapackage-v<int:version>.json", f"{en}/datapackage-v<int:version>.json"
    localized(bp, "package", views.package, es=es, en=en)
    bp.add_url_rule("/s/<site>", "short", views.short)
    _about(bp)
    add_print_routes(bp)
    app.register_blueprint(bp)


def _about(bp: Blueprint) -> None:
    localized(bp, "corrections", about_views.corrections, es="/<site>/correcciones", en="/<site>/corrections")
    localized(bp, "feed", feed_views.feed, es="/<site>/novedades.xml", en="/<site>/news.xml")
    localized(bp, "glossary", about_views.glossary, es="/glosario", en="/glossary")
    localized(bp, "methods", about_views.methods, es="/metodos", en="/methods")
    localized(bp, "recompute", about_views.recompute, es="/metodos/recompute.py", en="/methods/recompute.py")
    bp.add_url_rule("/sitemap.xml", "sitemap", feed_views.sitemap)
    bp.add_url_rule("/robots.txt", "robots", feed_views.robots)
