"""The papers of a round on their shelf: which are ready, which wait for the worker, which failed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select

from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions.models import Decision, Proposal
from strefa.contest.jury.models import Assignment, ScoreCard
from strefa.contest.rounds.models import Round
from strefa.contest.screening.models import CorrectionRequest, FormalList
from strefa.infra.database import db
from strefa.infra.files import Document
from strefa.infra.i18n import _l
from strefa.infra.jobs import Job, JobState

PAGE = 50

KINDS = {
    "minutes": _l("Protokół z posiedzenia jury"),
    "ranking": _l("Lista rankingowa i rezerwowa"),
    "report": _l("Raport z edycji"),
    "application": _l("Wnioski"),
    "receipt": _l("Potwierdzenia złożenia"),
    "formal_list": _l("Wyniki oceny formalnej"),
    "formal_card": _l("Karty oceny formalnej"),
    "score_card": _l("Karty oceny jury"),
    "consolidated_card": _l("Zbiorcze karty oceny"),
    "letter": _l("Pisma o wyniku"),
    "formal_letter": _l("Pisma o wyniku oceny formalnej"),
    "correction_request": _l("Wezwania do uzupełnienia"),
    "unconsidered_letter": _l("Pisma o pozostawieniu bez rozpatrzenia"),
    "empty_form": _l("Pusty formularz do druku"),
}
OF_ROUND = ("minutes", "ranking", "report", "formal_list")
"""Papers there is one of for a whole round."""


@dataclass(frozen=True)
class Stock:
    """How many papers of a kind are ready, wait for the worker, and failed."""

    ready: int
    waiting: int
    failed: int


@dataclass(frozen=True)
class Listed:
    """One page of a round's papers of one kind; the jobs that are not done stand on the first page."""

    documents: Sequence[Document]
    unmade: Sequence[Job]
    number: int
    last: int


def _submissions(round_: Round) -> Select[Any]:
    return select(Submission.id).join(Application).where(Application.round_id == round_.id)


def _itself(round_: Round) -> Select[Any]:
    return select(Round.id).where(Round.id == round_.id)


def _applications(round_: Round) -> Select[Any]:
    return select(Application.id).where(Application.round_id == round_.id)


def _lists(round_: Round) -> Select[Any]:
    return select(FormalList.id).where(FormalList.round_id == round_.id)


def _requests(round_: Round) -> Select[Any]:
    return (
        select(CorrectionRequest.id)
        .join(Application, Application.id == CorrectionRequest.application_id)
        .where(Application.round_id == round_.id)
    )


def _cards(round_: Round) -> Select[Any]:
    return select(ScoreCard.id).join(Assignment).where(Assignment.round_id == round_.id)


def _proposals(round_: Round) -> Select[Any]:
    return select(Proposal.id).where(Proposal.round_id == round_.id, Proposal.returned_at.is_(None))


def _decisions(round_: Round) -> Select[Any]:
    standing = (Proposal.round_id == round_.id, Proposal.returned_at.is_(None))
    return select(Decision.id).join(Proposal).where(*standing)


_SUBJECTS: Mapping[str, Callable[[Round], Select[Any]]] = {
    "receipt": _submissions,
    "application": _submissions,
    "formal_list": _lists,
    "formal_card": _applications,
    "formal_letter": _applications,
    "consolidated_card": _applications,
    "score_card": _cards,
    "minutes": _proposals,
    "ranking": _proposals,
    "report": _proposals,
    "letter": _decisions,
    "correction_request": _requests,
    "unconsidered_letter": _requests,
    "empty_form": _itself,
}


def _documents(round_: Round, kind: str) -> list[ColumnElement[bool]]:
    ids = _SUBJECTS[kind](round_).subquery()
    return [Document.kind == kind, Document.subject.in_(select(cast(ids.c.id, String)))]


def _jobs(round_: Round, kind: str) -> list[ColumnElement[bool]]:
    ids = _SUBJECTS[kind](round_).subquery()
    subjects = select(literal(f"{kind}:") + cast(ids.c.id, String))
    return [Job.kind == "document", Job.state != JobState.DONE, Job.subject.in_(subjects)]


def stock(round_: Round) -> dict[str, Stock]:
    """Count a round's papers by kind: one statement."""
    counts: list[Any] = []
    for kind in KINDS:
        unmade = _jobs(round_, kind)
        counts += [
            _count(Document, *_documents(round_, kind)),
            _count(Job, *unmade, Job.state == JobState.WAITING),
            _count(Job, *unmade, Job.state == JobState.FAILED),
        ]
    found = db.session.execute(select(*(count.label(f"n{place}") for place, count in enumerate(counts)))).one()
    return {kind: Stock(*found[place * 3 : place * 3 + 3]) for place, kind in enumerate(KINDS)}


def _count(table: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def listed(round_: Round, kind: str, number: int = 1) -> Listed:
    """List a round's papers of one kind by name, 50 a page."""
    mine = _documents(round_, kind)
    total = db.session.scalar(select(_count(Document, *mine))) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    rows = select(Document).where(*mine).order_by(Document.name, Document.id).limit(PAGE).offset((number - 1) * PAGE)
    unmade = select(Job).where(*_jobs(round_, kind)).order_by(Job.state, Job.id).limit(PAGE)
    return Listed(db.session.scalars(rows).all(), db.session.scalars(unmade).all() if number == 1 else [], number, last)


def of_round(round_: Round) -> dict[str, Document]:
    """Return the ready papers that there is one of for the whole round, by kind."""
    found: dict[str, Document] = {}
    for kind in OF_ROUND:
        for document in db.session.scalars(select(Document).where(*_documents(round_, kind)).order_by(Document.id)):
            found[kind] = document
    return found


def by_name(round_: Round, kind: str, name: str) -> Document | None:
    """Return a paper of a round by its kind and the name of its file, the newest."""
    if kind not in _SUBJECTS:
        return None
    mine = select(Document).where(*_documents(round_, kind), Document.name == name)
    return db.session.scalar(mine.order_by(Document.id.desc()).limit(1))


def letters_about(request: CorrectionRequest) -> dict[str, str]:
    """Return the ready letters about a request for corrections: the name of each file by its kind."""
    kinds = ("correction_request", "unconsidered_letter")
    mine = select(Document.kind, Document.name).where(Document.kind.in_(kinds), Document.subject == str(request.id))
    return {kind: name for kind, name in db.session.execute(mine.order_by(Document.id))}


def failed(round_: Round, kind: str) -> list[str]:
    """List the subjects of jobs of a kind that were given up."""
    return list(db.session.scalars(select(Job.subject).where(*_jobs(round_, kind), Job.state == JobState.FAILED)))
