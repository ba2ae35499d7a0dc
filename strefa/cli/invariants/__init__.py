"""What must always hold in an instance's data, each under a name; `strefa check` asks them all.

An invariant is a function that yields one sentence for every row that breaks it. It reads what is
stored and recomputes what can be recomputed: no figure is trusted because it was written down once.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from strefa.contest.applications.columns import content_hash
from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions.models import Decision, Outcome, Proposal, Ranking
from strefa.contest.jury.models import Assignment, CardStatus, ImpartialityDeclaration, JuryMember, ScoreCard
from strefa.contest.jury.queries import marks_of, rubric_of
from strefa.contest.people.models import Membership
from strefa.contest.rounds.actions import sha256_of
from strefa.contest.rounds.models import FormVersion, Round, RubricVersion, RuleSetVersion
from strefa.contest.screening.models import FormalCheck
from strefa.infra.database import db
from strefa.infra.files import Document, StoredFile, path_of
from strefa.infra.jobs import Job, JobState
from strefa.infra.journal import verify_chain
from strefa.rules.lifecycle import SENT, Status
from strefa.rules.record import canonical

CHUNK = 1024 * 1024
AWARDED = (Outcome.FUNDED, Outcome.PARTIAL)


def journal() -> Iterator[str]:
    """Dziennik: żaden wpis nie został zmieniony, dodany ani zabrany."""
    yield from verify_chain()


def files() -> Iterator[str]:
    """Pliki: każdy jest na dysku i ma treść o swoim skrócie."""
    for row in db.session.scalars(select(StoredFile).execution_options(yield_per=500)):
        path = path_of(row.sha256)
        if not path.exists():
            yield f"brakuje pliku {row.sha256}"
        elif path.stat().st_size != row.size or _hash_of(path) != row.sha256:
            yield f"plik {row.sha256} został zmieniony"


def _hash_of(path: Any) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def frozen_versions() -> Iterator[str]:
    """Zasady: zamrożone formularze, kryteria, zasady i pliki edycji mają swoje skróty."""
    for kind in (FormVersion, RubricVersion, RuleSetVersion):
        for row in db.session.scalars(select(kind)):
            if sha256_of(row.data) != row.sha256:
                yield f"{kind.__tablename__} {row.id}: treść zmieniona"
    for round_ in db.session.scalars(select(Round)):
        if sha256_of(round_.template) != round_.template_sha256:
            yield f"edycja {round_.slug}: treść zmieniona"


def submissions() -> Iterator[str]:
    """Złożone wersje: każda ma skrót z potwierdzenia, a każdy złożony wniosek ma wersję."""
    statement = select(Submission, FormVersion.sha256).join(FormVersion, FormVersion.id == Submission.form_version_id)
    for submission, form_hash in db.session.execute(statement.execution_options(yield_per=200)):
        if content_hash(form_hash, submission.answers, submission.attachments) != submission.content_hash:
            yield f"złożona wersja {submission.id}: treść zmieniona"
    counted = select(Submission.application_id).where(Submission.withdrawn_at.is_(None))
    sent = select(Application.number).where(Application.status.in_(SENT), Application.id.not_in(counted))
    for number in db.session.scalars(sent):
        yield f"wniosek {number}: uchodzi za złożony, a nie ma złożonej wersji"


def attachments() -> Iterator[str]:
    """Załączniki: każdy z każdej złożonej wersji ma swój plik tej samej wielkości."""
    sizes: dict[str, int] = {
        sha256: size for sha256, size in db.session.execute(select(StoredFile.sha256, StoredFile.size))
    }
    for submission in db.session.scalars(select(Submission).execution_options(yield_per=200)):
        for given in submission.attachments:
            if sizes.get(given["sha256"]) != given["size"]:
                yield f"złożona wersja {submission.id}: załącznik {given['name']} nie ma swojego pliku"


def receipts() -> Iterator[str]:
    """Potwierdzenia: każda złożona wersja ma swoje albo czeka na nie w kolejce."""
    made = set(db.session.scalars(select(Document.subject).where(Document.kind == "receipt")))
    asked = select(Job.subject).where(Job.subject.like("receipt:%"), Job.state == JobState.WAITING)
    made |= {subject.removeprefix("receipt:") for subject in db.session.scalars(asked)}
    for submission_id in db.session.scalars(select(Submission.id).order_by(Submission.id)):
        if str(submission_id) not in made:
            yield f"złożona wersja {submission_id}: nie ma potwierdzenia i nic go nie zrobi"


def numbers() -> Iterator[str]:
    """Numery: każdy jest ze swojej edycji i nie wyprzedza jej licznika."""
    statement = select(Application.number, Round).join(Round, Round.id == Application.round_id)
    for number, round_ in db.session.execute(statement.where(Application.number.is_not(None))):
        prefix, _, ordinal = (number or "").rpartition("-")
        if prefix != round_.number_prefix or not ordinal.isdigit() or int(ordinal) > round_.last_number:
            yield f"wniosek {number}: takiego numeru edycja {round_.slug} nie nadała"


def formal_checks() -> Iterator[str]:
    """Ocena formalna: stan wniosku zgadza się z jej wynikiem."""
    statement = select(Application.number, Application.status, FormalCheck.passed).outerjoin(
        FormalCheck, FormalCheck.application_id == Application.id
    )
    judged = {Status.ELIGIBLE: True, Status.INELIGIBLE: False}
    for number, status, passed in db.session.execute(statement.where(Application.status.in_(judged))):
        if passed is not judged[status]:
            yield f"wniosek {number}: stan {status}, a ocena formalna mówi co innego"


def no_card_in_conflict() -> Iterator[str]:
    """Bezstronność: nie liczy się karta jurora wyłączonego, bez deklaracji, z organizacji wnioskodawcy ani spoza jury."""
    said = (ImpartialityDeclaration.application_id == Assignment.application_id) & (
        ImpartialityDeclaration.juror_id == Assignment.juror_id
    )
    member = (JuryMember.round_id == Assignment.round_id) & (JuryMember.person_id == Assignment.juror_id)
    own = select(Membership.id).where(
        Membership.person_id == Assignment.juror_id, Membership.organisation_id == Application.organisation_id
    )
    statement = (
        select(ScoreCard.id, ImpartialityDeclaration.impartial, JuryMember.id, own.exists())
        .join(Assignment, Assignment.id == ScoreCard.assignment_id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(ImpartialityDeclaration, said)
        .outerjoin(JuryMember, member)
        .where(ScoreCard.status == CardStatus.SUBMITTED, Assignment.ended_at.is_(None))
    )
    for card_id, impartial, member_id, applies in db.session.execute(statement):
        if not impartial:
            yield f"karta {card_id}: juror nie zadeklarował bezstronności"
        if member_id is None:
            yield f"karta {card_id}: jurora nie ma w składzie jury"
        if applies:
            yield f"karta {card_id}: juror należy do organizacji wnioskodawcy"


def cards_whole() -> Iterator[str]:
    """Karty: złożona ma ocenę w każdym kryterium, na jego skali."""
    statement = select(ScoreCard).options(joinedload(ScoreCard.rubric_version), selectinload(ScoreCard.marks))
    for card in db.session.scalars(statement.where(ScoreCard.status == CardStatus.SUBMITTED)):
        marks = marks_of(card)
        for criterion in rubric_of(card.rubric_version).criteria:
            mark = marks.get(criterion.key)
            if mark is None or criterion.flaw(mark):
                yield f"karta {card.id}: kryterium {criterion.key} bez oceny na skali"


def rankings() -> Iterator[str]:
    """Rankingi: zamrożone dane i wynik mają swoje skróty."""
    for ranking in db.session.scalars(select(Ranking)):
        given = {key: value for key, value in ranking.inputs.items() if key != "rules"}
        for data, expected in ((given, ranking.input_hash), (ranking.result, ranking.result_hash)):
            if hashlib.sha256(canonical(data).encode()).hexdigest() != expected:
                yield f"ranking {ranking.id}: treść zmieniona"


def decisions_follow_ranking() -> Iterator[str]:
    """Decyzje: każda ma wiersz rankingu, na którym zapadła, i kwotę, którą z niego dostała."""
    statement = select(Proposal).options(
        joinedload(Proposal.ranking), selectinload(Proposal.decisions).joinedload(Decision.application)
    )
    for proposal in db.session.scalars(statement):
        result = proposal.ranking.result
        ranks = {row["application"]: row["rank"] for row in result["ranking"]}
        for decision in proposal.decisions:
            number = decision.application.number
            moved = decision.promoted_at or decision.resigned_at
            if number not in ranks or ranks[number] != decision.rank:
                yield f"decyzja {decision.id} (wniosek {number}): nie ma takiego miejsca w rankingu"
            elif not moved and decision.amount != result["awards"].get(number, 0):
                yield f"decyzja {decision.id} (wniosek {number}): ranking przyznał inną kwotę"


def awards() -> Iterator[str]:
    """Kwoty: dotacja ma kwotę, nie większą niż wnioskowana, a inne decyzje nie mają żadnej."""
    statement = select(Decision, Application).join(Application, Application.id == Decision.application_id)
    for decision, application in db.session.execute(statement):
        least, most = (1, application.ask or 0) if decision.outcome in AWARDED else (0, 0)
        if decision.outcome is Outcome.FUNDED:
            least = most
        if not least <= decision.amount <= most:
            yield f"decyzja {decision.id} (wniosek {application.number}): {decision.outcome} i {decision.amount} gr"


def money_within_pool() -> Iterator[str]:
    """Pula: dotacje z obowiązujących decyzji mieszczą się w puli edycji."""
    statement = (
        select(Round.slug, Round.pool, func.sum(Decision.amount))
        .join(Proposal, Proposal.round_id == Round.id)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .where(Proposal.returned_at.is_(None), Decision.outcome.in_(AWARDED))
        .group_by(Round.id, Round.slug, Round.pool)
    )
    for slug, pool, spent in db.session.execute(statement):
        if spent > pool:
            yield f"edycja {slug}: przyznano {spent} gr z {pool} gr"


def one_proposal() -> Iterator[str]:
    """Propozycje: edycja ma najwyżej jedną obowiązującą i wie o niej, a ogłoszone wyniki mają ogłoszoną."""
    standing = (Proposal.round_id == Round.id) & Proposal.returned_at.is_(None)
    about = (Round.slug, Round.decided_at, Round.results_published_at)
    statement = (
        select(*about, func.count(Proposal.id), func.count(Proposal.published_at))
        .outerjoin(Proposal, standing)
        .group_by(Round.id, *about)
    )
    for slug, decided_at, published_at, count, published in db.session.execute(statement):
        if count > 1:
            yield f"edycja {slug}: {count} obowiązujące propozycje naraz"
        if (decided_at is not None) != bool(count):
            yield f"edycja {slug}: zmiany w ocenach nie zatrzymują się tak, jak każą decyzje"
        if (published_at is not None) != bool(published):
            yield f"edycja {slug}: ogłoszenie wyników nie zgadza się z decyzjami"


INVARIANTS = (
    journal, files, frozen_versions, numbers, submissions, attachments, receipts, formal_checks, no_card_in_conflict,
    cards_whole, rankings, decisions_follow_ranking, awards, money_within_pool, one_proposal,
)  # fmt: skip
