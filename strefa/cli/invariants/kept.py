"""What is kept as it was: the journal, the files, the rules of each round."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select, text
from sqlalchemy.orm import joinedload

from strefa.cli.invariants.told import last_told
from strefa.contest.applications.attachment_queries import DRAWN
from strefa.contest.applications.models import Application, Attachment
from strefa.contest.people.models import Person
from strefa.contest.privacy import erasure_queries
from strefa.contest.rounds import template_file
from strefa.contest.rounds.actions import columns_of, parts_of, sha256_of
from strefa.contest.rounds.models import FormVersion, Round, RubricVersion, RuleSetVersion
from strefa.contest.rounds.queries import close_of, template_of
from strefa.infra import erased_list
from strefa.infra.database import db
from strefa.infra.files import Preview, Scan, StoredFile, path_of
from strefa.infra.jobs import Job, JobState
from strefa.infra.journal import verify_chain
from strefa.rules.refusal import Refused

CHUNK = 1024 * 1024
KINDS = {FormVersion: "formularz", RubricVersion: "kryteria", RuleSetVersion: "zasady"}
COLUMNS = {
    "name": "nazwa", "name_en": "nazwa po angielsku", "number_prefix": "początek numerów", "pool": "pula",
    "announced_at": "ogłoszenie", "opens_at": "początek naboru", "closes_at": "koniec naboru",
    "grace_seconds": "czas po końcu naboru",
}  # fmt: skip
GUARDS = {
    "sqlite": ("journal_kept", "journal_unchanged"),
    "postgresql": ("journal_kept", "journal_unchanged", "journal_not_emptied"),
}
REFUSING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal' AND sql LIKE '%RAISE(ABORT%'",
    "postgresql": "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal "
    "AND t.tgrelid = 'journal'::regclass AND t.tgenabled IN ('O', 'A') AND p.prosrc LIKE '%RAISE EXCEPTION%'",
}
"""Names of the triggers that still refuse, by the kind of database."""


def journal() -> Iterator[str]:
    """Dziennik: żaden wpis nie został zmieniony, dodany ani zabrany."""
    yield from verify_chain()


def journal_guarded() -> Iterator[str]:
    """Straż dziennika: baza sama odmawia zmiany i usunięcia wpisu."""
    kind = db.session.get_bind().dialect.name
    standing = set(db.session.scalars(text(REFUSING[kind])))
    for name in GUARDS[kind]:
        if name not in standing:
            yield f"baza nie pilnuje już dziennika: brakuje wyzwalacza {name}"


def pictures() -> Iterator[str]:
    """Podglądy: plik, który obejrzano bez błędu, a podgląd go pokazuje, ma swoje obrazy."""
    # One that waits for its turn has none yet, and one that could not be drawn has a failed job that says why.
    drawn = exists().where(Preview.of_sha256 == Attachment.sha256).correlate(Attachment)
    looked_at = exists().where(Job.kind == "file", Job.subject == Attachment.sha256, Job.state == JobState.DONE)
    shown = Attachment.media_type.in_(DRAWN), Attachment.scan != Scan.INFECTED
    bare = select(Attachment.sha256).where(*shown, looked_at.correlate(Attachment), ~drawn).distinct()
    for sha256 in db.session.scalars(bare.order_by(Attachment.sha256)):
        yield f"plik {sha256} obejrzano, a nie ma z niego obrazów"


def files() -> Iterator[str]:
    """Pliki: każdy jest na dysku i ma treść o swoim skrócie."""
    for row in db.session.scalars(select(StoredFile).execution_options(yield_per=500)):
        path = path_of(row.sha256)
        if not path.exists():
            yield f"brakuje pliku {row.sha256}"
        elif path.stat().st_size != row.size or _hash_of(path) != row.sha256:
            yield f"plik {row.sha256} został zmieniony"


def erased_stay_erased() -> Iterator[str]:
    """Usunięci: kto jest na liście usuniętych, tego danych nie ma w bazie, a kogo usunięto, ten jest na liście."""
    stored = {(one.kind, one.public_id) for one in erasure_queries.erased()}
    known = {("person", one) for one in db.session.scalars(select(Person.public_id))}
    known |= {("application", one) for one in db.session.scalars(select(Application.public_id))}
    listed = {(one.kind, one.public_id) for one in erased_list.read(erased_list.path())}
    words = {"person": "osoba", "application": "wniosek"}
    for kind, public_id in sorted(listed & known - stored):
        yield f"{words[kind]} {public_id}: jest na liście usuniętych, a dane są w bazie"
    for kind, public_id in sorted(stored - listed):
        yield f"{words[kind]} {public_id}: dane usunięto, a nie ma jej na liście usuniętych; dopisze ją proces w tle"


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def frozen_versions() -> Iterator[str]:
    """Zasady: formularze, kryteria, zasady i pliki edycji mają swoje skróty, te z dziennika."""
    for kind, word in KINDS.items():
        statement = select(kind, Round.slug).join(Round, Round.id == kind.round_id)
        for row, slug in db.session.execute(statement):
            if sha256_of(row.data) != row.sha256:
                yield f"edycja {slug}: {word} w wersji {row.version} – treść zmieniona"
    loaded = last_told("load_round")
    for round_ in db.session.scalars(select(Round)):
        if sha256_of(round_.template) != round_.template_sha256:
            yield f"edycja {round_.slug}: treść zmieniona"
        elif round_.slug not in loaded or loaded[round_.slug].details["sha256"] != round_.template_sha256:
            yield f"edycja {round_.slug}: dziennik mówi o innej treści"


def rounds_as_loaded() -> Iterator[str]:
    """Edycje: nazwa, pula, terminy i wersje w użyciu są takie, jak w wczytanym pliku edycji."""
    versions = joinedload(Round.form_version), joinedload(Round.rubric_version), joinedload(Round.rule_set_version)
    for round_ in db.session.scalars(select(Round).options(*versions)):
        expected = columns_of(template_of(round_)) | {"closes_at": close_of(round_)}
        if wrong := [COLUMNS[name] for name, value in expected.items() if getattr(round_, name) != value]:
            yield f"edycja {round_.slug}: co innego niż w pliku edycji ({', '.join(wrong)})"
        used = round_.form_version, round_.rubric_version, round_.rule_set_version
        for version, part, word in zip(used, parts_of(round_.template), KINDS.values(), strict=True):
            if version is None or version.sha256 != sha256_of(part):
                yield f"edycja {round_.slug}: {word} w użyciu nie są te z pliku edycji"
        if not _says(round_.source, round_.template):
            yield f"edycja {round_.slug}: plik do eksportu mówi co innego niż edycja"


def _says(source: str, template: Any) -> bool:
    try:
        return template_file.load(source).as_data() == template
    except Refused:
        return False
