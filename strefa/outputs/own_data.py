"""A person's copy of her data: a ZIP with the data as JSON, the same as a page to read, and the files she added."""

import json
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import PurePosixPath
from typing import Any

from flask import current_app, render_template
from sqlalchemy import select

from strefa.contest.applications.models import Submission
from strefa.contest.people.models import Person
from strefa.contest.people.queries import by_id
from strefa.contest.privacy import own_queries
from strefa.contest.privacy.export_actions import store_export
from strefa.infra.database import db, reading_only, saving
from strefa.infra.files import Document, keep, opened
from strefa.infra.i18n import _, force_locale
from strefa.outputs.deeds import deed
from strefa.outputs.names import letter, named
from strefa.outputs.own_data_words import COLUMNS, TITLES
from strefa.outputs.writing import whole
from strefa.rules.conflicts import Relation
from strefa.rules.privacy import Audience

LARGEST = 4 * 1024**3  # bytes of one copy


def _of_clause(said: str) -> str:
    return ", ".join(named(Audience(part)) if part in set(Audience) else part for part in said.split(", "))


def _of_relation(ground: str) -> str:
    return named(Relation(ground)) if ground in set(Relation) else ground


ABOUT = {"verb": deed, "template": letter, "background": named, "clause": _of_clause, "ground": _of_relation}
"""Columns whose codes have words."""


def make(subject: str, now: datetime, values: dict[str, Any]) -> None:
    """Make the copy with a public id; one that is made already, or whose person is gone, is left as it is."""
    with reading_only(one_moment=True), current_app.test_request_context():
        export = own_queries.export_by_public_id(subject)
        person = by_id(export.person_id) if export and export.made_at is None else None
        if person is None:
            return
        with tempfile.TemporaryFile() as file, force_locale(person.language):
            _write(file, person, now)
            file.seek(0)
            kept = keep(file, LARGEST)
    with saving():
        found = own_queries.export_by_public_id(subject)
        if found is not None:
            store_export(found, kept, now=now)


def _write(file: Any, person: Person, now: datetime) -> None:
    rows, questions = own_queries.own_rows(person), own_queries.forms_of(person)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        data = json.dumps(rows, default=_plain, ensure_ascii=False, indent=1)
        archive.writestr("dane.json", data)
        page = render_template(
            "documents/own_data.html", person=person, made_at=now, tables=readable(rows, questions), empty=_empty(rows)
        )
        archive.writestr("dane.html", page)
        for folder, sha256, name in _contents(person):
            try:
                with opened(sha256) as content, archive.open(f"{folder}/{name}", "w", force_zip64=True) as entry:
                    while chunk := content.read(1024 * 1024):
                        entry.write(chunk)
            except FileNotFoundError:
                continue  # `strefa check` tells of it; the rest of the copy is hers all the same


def _contents(person: Person) -> list[tuple[str, str, str]]:
    """List the files of a copy: what she added, and the papers of what she sent; folder, hash and a name used once."""
    sent = select(Submission.id).where(Submission.sent_by_id == person.id)
    ids = [str(one) for one in db.session.scalars(sent)]
    papers = select(Document.sha256, Document.name).where(
        Document.kind.in_(("receipt", "application")), Document.subject.in_(ids)
    )
    scanned = bool(current_app.config["SETTINGS"].clamd_url)
    listed = [("pliki", sha256, name) for sha256, name in own_queries.files_of(person, scanned=scanned)]
    listed += [("dokumenty", sha256, name) for sha256, name in db.session.execute(papers.order_by(Document.id))]
    taken: set[tuple[str, str]] = set()
    found = []
    for folder, sha256, name in listed:
        bare = PurePosixPath(name.replace("\\", "/")).name or "plik"
        if (folder, bare) in taken:
            bare = f"{sha256[:8]}-{bare}"
        taken.add((folder, bare))
        found.append((folder, sha256, bare))
    return found


def _plain(value: Any) -> Any:
    """Write what JSON cannot hold: moments in ISO, codes of enumerations, decimals as they are written."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else str(value)


def readable(
    rows: Mapping[str, list[dict[str, Any]]], questions: Mapping[str, str]
) -> list[tuple[str, list[list[tuple[str, Any]]]]]:
    """Return the tables that hold something, as titles with rows of labelled values; empty values are left out."""
    return [(str(TITLES[table]), [_row(row, questions) for row in found]) for table, found in rows.items() if found]


def _empty(rows: Mapping[str, list[Any]]) -> list[str]:
    return [str(TITLES[table]) for table, found in rows.items() if not found]


def _row(row: Mapping[str, Any], questions: Mapping[str, str]) -> list[tuple[str, Any]]:
    pairs = [(name, value) for name, value in row.items() if value not in (None, "", {}, [])]
    return [(str(COLUMNS[name]), _value(name, value, questions)) for name, value in pairs]


def _value(name: str, value: Any, questions: Mapping[str, str]) -> Any:
    """Return a value in words: a text, or for what holds more pairs of label and value."""
    if name in ABOUT:
        return ABOUT[name](value)
    if isinstance(value, dict):
        return [(questions.get(key, key), _flat(part)) for key, part in value.items() if part not in ("", None, [], {})]
    if isinstance(value, StrEnum):
        return named(value)
    return value if isinstance(value, datetime) else _flat(value)


def _flat(value: Any) -> str:
    """Write answers that have parts in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(part)}" for key, part in value.items() if part not in ("", None))
    if isinstance(value, list):
        return "; ".join(_flat(part) for part in value)
    if isinstance(value, bool):
        return _("tak") if value else _("nie")
    if isinstance(value, Decimal):
        return format(value, "f")
    return whole(value) if isinstance(value, int) else str(value)
