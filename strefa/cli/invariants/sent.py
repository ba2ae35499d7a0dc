"""What libraries sent: numbers, frozen versions, what lists read of them, and the papers made of them."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from strefa.cli.invariants.told import Told, last_told, told
from strefa.contest.applications.columns import content_hash, derive
from strefa.contest.applications.models import Application, Submission
from strefa.contest.rounds.models import FormVersion, Round
from strefa.contest.rounds.queries import form_of
from strefa.contest.screening.models import CorrectionRequest
from strefa.infra.database import db
from strefa.infra.files import StoredFile
from strefa.rules.corrections import items_of, unlocked_by
from strefa.rules.lifecycle import SENT, Status

DERIVED = {
    "title": "tytuł", "applicant_name": "wnioskodawca", "voivodeship": "województwo", "teryt": "gmina",
    "category": "ścieżka", "population": "liczba mieszkańców", "ask": "wnioskowana kwota",
    "accepts_from": "najniższa przyjmowana kwota", "sort_key": "miejsce w spisie",
}  # fmt: skip
"""Columns that lists sort, filter and sum by, in the words of people."""


def numbers() -> Iterator[str]:
    """Numery: każdy jest ze swojej edycji, nie wyprzedza jej licznika i jest ten z dziennika."""
    given = {entry.key: entry.details["number"] for entry in told("submit")}
    statement = select(Application.number, Application.public_id, Round).join(Round, Round.id == Application.round_id)
    for number, public_id, round_ in db.session.execute(statement.where(Application.number.is_not(None))):
        prefix, _, ordinal = (number or "").rpartition("-")
        if prefix != round_.number_prefix or not ordinal.isdigit() or int(ordinal) > round_.last_number:
            yield f"wniosek {number}: takiego numeru edycja {round_.slug} nie nadała"
        elif given.get(public_id, number) != number:
            yield f"wniosek {number}: w dzienniku ma numer {given[public_id]}"


def submissions() -> Iterator[str]:
    """Złożone wersje: każda ma skrót, ten z dziennika, a każdy złożony wniosek ma wersję."""
    recorded = {(entry.key, entry.details["version"]): entry for entry in told("submit", "send_corrections")}
    statement = (
        select(Submission, FormVersion.sha256, Application.public_id, Application.number)
        .join(FormVersion, FormVersion.id == Submission.form_version_id)
        .join(Application, Application.id == Submission.application_id)
    )
    for submission, form_hash, public_id, number in db.session.execute(statement.execution_options(yield_per=200)):
        entry = recorded.pop((public_id, submission.version), None)
        if submission.erased_at is None and content_hash(form_hash, submission.answers, submission.attachments) != (
            submission.content_hash
        ):
            yield f"wniosek {number}, wersja {submission.version}: treść zmieniona"
        if entry is None or not _as_recorded(submission, entry):
            yield f"wniosek {number}, wersja {submission.version}: dziennik mówi o innym złożeniu"
    for entry in recorded.values():
        yield f"wniosek {entry.details['number']}: nie ma wersji {entry.details['version']}, o której mówi dziennik"
    counted = select(Submission.application_id).where(Submission.withdrawn_at.is_(None))
    sent = select(Application.number).where(Application.status.in_(SENT), Application.id.not_in(counted))
    for number in db.session.scalars(sent):
        yield f"wniosek {number}: uchodzi za złożony, a nie ma złożonej wersji"


def _as_recorded(submission: Submission, entry: Told) -> bool:
    same = submission.content_hash == entry.details["content_hash"]
    return same and (submission.sent_at, submission.sent_by_id) == (entry.at, entry.actor_id)


def corrections() -> Iterator[str]:
    """Uzupełnienia: otwarte są te pola i do tej chwili, o których mówi dziennik, a zmieniły się tylko one."""
    asked = last_told("request_corrections", "extend_corrections")
    opened = last_told("request_corrections")
    for application in db.session.scalars(select(Application).order_by(Application.id)):
        step = asked.get(application.public_id)
        if (application.status is Status.CORRECTING) != (application.correct_by is not None):
            yield f"wniosek {application.number}: termin uzupełnienia nie zgadza się ze stanem"
        elif application.correct_by is None:
            continue
        elif step is None or (step.details and application.correct_by.isoformat() != step.details["deadline"]):
            yield f"wniosek {application.number}: termin uzupełnienia nie jest ten z dziennika"
        elif application.unlocked != opened[application.public_id].details["fields"]:
            yield f"wniosek {application.number}: otwarte są inne pola niż w dzienniku"
    yield from _changed_beyond()


def _changed_beyond() -> Iterator[str]:
    """Tell of versions sent to mend defects that changed more than they were asked to."""
    requests = db.session.scalars(select(CorrectionRequest).order_by(CorrectionRequest.id)).all()
    statement = (
        select(Submission, Application.number)
        .join(Application, Application.id == Submission.application_id)
        .order_by(Submission.application_id, Submission.version)
    )
    before: Submission | None = None
    for submission, number in db.session.execute(statement.execution_options(yield_per=200)):
        if submission.corrects and before is not None and before.application_id == submission.application_id:
            asked = [
                one
                for one in requests
                if one.application_id == submission.application_id and one.sent_at <= submission.sent_at
            ]
            if not asked or submission.sent_at >= asked[-1].deadline:
                yield f"wniosek {number}, wersja {submission.version}: uzupełnienie przyszło po terminie"
            open_ = set(unlocked_by(items_of(asked[-1].items))) if asked else set[str]()
            if _differing(before, submission) - open_:
                yield f"wniosek {number}, wersja {submission.version}: uzupełnienie zmieniło więcej, niż obejmowało wezwanie"
        before = submission


def _differing(old: Submission, new: Submission) -> set[str]:
    """Return the keys of the fields that two sent versions answer otherwise, files included."""
    keys = old.answers.keys() | new.answers.keys()
    texts = {key for key in keys if old.answers.get(key) != new.answers.get(key)}
    files = [{(file["field"], file["public_id"]) for file in one.attachments} for one in (old, new)]
    return texts | {field for field, _public_id in files[0] ^ files[1]}


def listed_as_sent() -> Iterator[str]:
    """Spisy: tytuł, kwota i reszta tego, co pokazują, są z najnowszej złożonej wersji."""
    newest = select(func.max(Submission.id)).group_by(Submission.application_id)
    statement = (
        select(Submission, Application)
        .join(Application, Application.id == Submission.application_id)
        .options(joinedload(Submission.form_version))
        .where(Submission.id.in_(newest), Submission.erased_at.is_(None))
    )
    for submission, application in db.session.execute(statement.execution_options(yield_per=200)):
        read = Application(applicant_name=application.applicant_name)
        derive(read, form_of(submission.form_version), submission.answers)
        for name, word in DERIVED.items():
            if getattr(read, name) != getattr(application, name):
                yield f"wniosek {application.number}: {word} w spisie nie jest ze złożonej wersji"


def attachments() -> Iterator[str]:
    """Załączniki: każdy z każdej złożonej wersji ma swój plik tej samej wielkości."""
    sizes: dict[str, int] = {
        sha256: size for sha256, size in db.session.execute(select(StoredFile.sha256, StoredFile.size))
    }
    statement = select(Submission, Application.number).join(Application, Application.id == Submission.application_id)
    for submission, number in db.session.execute(statement.execution_options(yield_per=200)):
        for given in submission.attachments:
            if sizes.get(given["sha256"]) != given["size"]:
                yield f"wniosek {number}, wersja {submission.version}: załącznik {given['name']} nie ma swojego pliku"
