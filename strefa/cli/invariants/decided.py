"""What was decided: each decision against the frozen ranking and the journal, money against the pool."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from strefa.cli.invariants.frozen import recomputed
from strefa.cli.invariants.told import Told, last_told, told
from strefa.contest.applications.models import Application
from strefa.contest.decisions.actions import reasoned
from strefa.contest.decisions.models import Decision, Outcome, Proposal
from strefa.contest.decisions.queries import AWARDED
from strefa.contest.rounds.models import Round
from strefa.infra.database import db
from strefa.outputs.names import named
from strefa.rules.lifecycle import Status
from strefa.rules.refusal import Reason

PARTS = {
    "place": "kolejność", "rank": "miejsce", "outcome": "rozstrzygnięcie", "amount": "kwota", "reason": "powód",
    "reason_values": "liczby w powodzie", "promoted_at": "chwila wejścia z rezerwy", "resigned_at": "chwila rezygnacji",
}  # fmt: skip
"""What a decision says, in the words of people."""


def proposals_as_recorded() -> Iterator[str]:
    """Propozycje: kto i kiedy je złożył, zatwierdził, cofnął i ogłosił, zgadza się z dziennikiem."""
    proposed = {entry.details["proposal"]: entry for entry in told("propose_decisions")}
    settled = {verb: last_told(f"{verb}_decisions") for verb in ("approve", "return", "publish")}
    statement = select(Proposal, Round.slug).join(Round, Round.id == Proposal.round_id)
    for proposal, slug in db.session.execute(statement.options(joinedload(Proposal.ranking))):
        entry = proposed.get(proposal.public_id)
        of = {verb: entries.get(proposal.public_id) for verb, entries in settled.items()}
        approved, returned = of["approve"], of["return"]
        agreeing = {
            "złożenie": entry is not None
            and (entry.at, entry.actor_id) == (proposal.proposed_at, proposal.proposed_by_id)
            and entry.details["ranking"] == proposal.ranking.version,
            "zatwierdzenie": (proposal.approved_at, proposal.approved_by_id)
            == ((approved.at, approved.actor_id) if approved else (None, None)),
            "cofnięcie": (proposal.returned_at, proposal.returned_because)
            == ((returned.at, returned.details["reason"]) if returned else (None, "")),
            "ogłoszenie": proposal.published_at == (of["publish"].at if of["publish"] else None),
        }
        for word, agrees in agreeing.items():
            if not agrees:
                yield f"edycja {slug}: {word} decyzji nie zgadza się z dziennikiem"


def decisions_follow_ranking() -> Iterator[str]:
    """Decyzje: każda mówi to, co wynika z rankingu i z późniejszych wpisów dziennika, i żadnej nie brakuje."""
    moves: dict[tuple[str, str], list[Told]] = {}
    for entry in told("promote", "resign"):
        moves.setdefault((entry.key, entry.details["number"]), []).append(entry)
    statement = (
        select(Proposal, Round)
        .join(Round, Round.id == Proposal.round_id)
        .options(joinedload(Proposal.ranking), selectinload(Proposal.decisions).joinedload(Decision.application))
    )
    for proposal, round_ in db.session.execute(statement):
        expected = _expected(proposal, round_, moves)
        for decision in proposal.decisions:
            number = decision.application.number or ""
            said = expected.pop(number, None)
            if said is None:
                yield f"wniosek {number}: jest decyzja, a nie ma go w rankingu"
            elif wrong := [word for name, word in PARTS.items() if getattr(decision, name) != said[name]]:
                yield f"wniosek {number}: decyzja nie wynika z rankingu i dziennika ({', '.join(wrong)})"
        for number in expected:
            yield f"wniosek {number}: jest w rankingu, a nie ma o nim decyzji"


def _expected(proposal: Proposal, round_: Round, moves: dict[tuple[str, str], list[Told]]) -> dict[str, dict[str, Any]]:
    """Return what each decision should say, by the number of its application."""
    found = recomputed(round_, proposal.ranking)
    if found is None:
        return {}
    _rules, ranking, allocation = found
    expected: dict[str, dict[str, Any]] = {}
    for place, row in enumerate(ranking.ranked, 1):
        amount = allocation.awards.get(row.application, 0)
        outcome, reason, values = reasoned(row, amount, allocation)
        said = {
            "place": place, "rank": row.rank, "outcome": outcome, "amount": amount, "reason": reason.value,
            "reason_values": values, "promoted_at": None, "resigned_at": None,
        }  # fmt: skip
        expected[row.application] = _moved(said, moves.get((proposal.public_id, row.application), ()), row.entry.ask)
    return expected


def _moved(said: dict[str, Any], moves: Sequence[Told], ask: int | None) -> dict[str, Any]:
    """Return what a decision says after promotions and resignations, in their order."""
    for move in moves:
        if move.verb == "promote":
            amount = move.details["amount_grosze"]
            said |= {"amount": amount, "outcome": Outcome.FUNDED if amount == ask else Outcome.PARTIAL}
            said |= {"reason": Reason.AWARD_PROMOTED.value, "reason_values": {}, "promoted_at": move.at}
        else:
            said |= {"amount": 0, "outcome": Outcome.RESIGNED, "resigned_at": move.at}
    return said


def published_decisions_stand() -> Iterator[str]:
    """Ogłoszone decyzje: wniosek żadnej z nich nie jest wycofany ani odrzucony formalnie."""
    statement = (
        select(Application.number, Application.status)
        .join(Decision, Decision.application_id == Application.id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Proposal.published_at.is_not(None), Application.status != Status.ELIGIBLE)
    )
    for number, status in db.session.execute(statement):
        yield f"wniosek {number}: ma ogłoszoną decyzję, a w bazie stoi „{named(status)}”"


def awards() -> Iterator[str]:
    """Kwoty: dotacja ma kwotę, nie większą niż wnioskowana, a inne decyzje nie mają żadnej."""
    statement = select(Decision, Application).join(Application, Application.id == Decision.application_id)
    for decision, application in db.session.execute(statement):
        least, most = (1, application.ask or 0) if decision.outcome in AWARDED else (0, 0)
        if decision.outcome is Outcome.FUNDED:
            least = most
        if not least <= decision.amount <= most:
            yield f"wniosek {application.number}: „{named(decision.outcome)}” i {decision.amount} gr"


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
