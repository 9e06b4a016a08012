"""The descriptor of a quarter's open data: what the files are, what their columns mean, and how to check a download.

Source: Frictionless Data, Data Package v1 and Tabular Data Package v1 (specs.frictionlessdata.io, read 2026). Under
which licence the data may be used is for the operator to say; none is claimed here.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from grievance.core.i18n import ENGLISH, OFFERED, text_in
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin
from grievance.publishing.dictionary import CSV_FIELDS
from grievance.publishing.exports import Format, file_name, to_csv, to_json


def datapackage(found: Bulletin, paths: Mapping[Format, str] | None = None) -> bytes:
    """Return the descriptor of a release as JSON. `paths` are relative to it; without them, the names of the files."""
    where = {kind: file_name(found, kind) for kind in (Format.CSV, Format.JSON)} | dict(paths or {})
    titles = {
        str(lang): text_in(
            lang, "Grievances at %(site)s, %(quarter)s", site=found.site_name, quarter=wording.quarter_name(found, lang)
        )
        for lang in OFFERED
    }
    about: dict[str, Any] = {
        "profile": "data-package",
        "name": f"{found.site_slug}-{found.quarter.key.lower()}",
        "version": str(found.version),
        "title": titles[ENGLISH],
        "titles": titles,
        "sources": [{"title": found.site_name}],
        "resources": [_csv(found, where[Format.CSV]), _json(found, where[Format.JSON])],
        "digest": found.digest,
    }
    if found.released_at:
        about["created"] = found.released_at.isoformat()
    return f"{json.dumps(about, ensure_ascii=False, indent=2)}\n".encode()


def _csv(found: Bulletin, path: str) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": "figures",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_checkable(to_csv(found)),
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": {
            "fields": [
                {
                    "name": field.name,
                    "type": field.type,
                    "format": field.format,
                    "description": text_in(ENGLISH, field.says),
                    "descriptions": {str(lang): text_in(lang, field.says) for lang in OFFERED},
                }
                for field in CSV_FIELDS
            ],
            "missingValues": [""],
            "primaryKey": ["figure", "item"],
        },
    }


def _json(found: Bulletin, path: str) -> dict[str, Any]:
    return {
        "name": "figures-json",
        "path": path,
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
        **_checkable(to_json(found)),
    }


def _checkable(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
