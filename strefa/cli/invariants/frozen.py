"""The frozen ranking: it is what the journal recorded, what its inputs give, and what the cards still say."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from strefa.cli.invariants.told import told
from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import JuryVote, Proposal, Ranking
from strefa.contest.jury.models import Assignment, AssignmentKind, CardStatus, JuryMember, Mark, ScoreCard
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra.database import db
from strefa.rules import ranking as order
from strefa.rules import record
from strefa.rules.allocation import Allocation, allocate
from strefa.rules.lifecycle import Status

HASHES = {"rules_hash": "zasady", "input_hash": "dane", "result_hash": "wynik"}

Key = tuple[int, str, str]
"""A card in a frozen ranking: id of the round, number of the application, pseudonym of the juror."""


def recomputed(round_: Round, ranking: Ranking) -> tuple[order.RuleSet, order.Ranking, Allocation] | None:
    """Rank and allocate anew from the frozen inputs; None when they are no inputs any more."""
    try:
        entries, cards, votes = record.inputs_of(ranking.inputs)
        rules = order.rules_of(template_of(round_).scoring, ranking.inputs["rules"]["pool"], votes)
        ranked = order.rank(rules, entries, cards)
        return rules, ranked, allocate(rules, ranked)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # whatever was made of the JSON
        return None


def rankings() -> Iterator[str]:
    """Rankingi: dane i wynik mają skróty z dziennika, a policzone od nowa dają to samo."""
    recorded = {(entry.key, entry.details["ranking"]): entry.details for entry in told("propose_decisions")}
    for ranking, round_ in db.session.execute(select(Ranking, Round).join(Round, Round.id == Ranking.round_id)):
        about = f"edycja {round_.slug}, ranking {ranking.version}"
        given = {key: value for key, value in ranking.inputs.items() if key != "rules"}
        if _hash(given) != ranking.input_hash or _hash(ranking.result) != ranking.result_hash:
            yield f"{about}: treść zmieniona"
        entry = recorded.get((round_.slug, ranking.version), {})
        for name, word in HASHES.items():
            if entry.get(name) != getattr(ranking, name):
                yield f"{about}: inny skrót niż w dzienniku ({word})"
        if not _gives_the_same(round_, ranking):
            yield f"{about}: policzony od nowa daje co innego"


def _gives_the_same(round_: Round, ranking: Ranking) -> bool:
    found = recomputed(round_, ranking)
    if found is None:
        return False
    rules, ranked, allocation = found
    return (
        record.rules_hash(rules) == ranking.rules_hash
        and _without_order(record.rules_data(rules)) == _without_order(ranking.inputs["rules"])
        and record.canonical(record.result_data(ranked, allocation)) == record.canonical(ranking.result)
    )


def _without_order(rules: dict[str, Any]) -> dict[str, Any]:
    return rules | {"votes": sorted(rules.get("votes", []))}


def _hash(data: Any) -> str:
    return hashlib.sha256(record.canonical(data).encode()).hexdigest()


def votes() -> Iterator[str]:
    """Głosowania jury: każde jest takie, jak zapisał je dziennik."""
    recorded = Counter[tuple[Any, ...]](
        (entry.key, entry.at, entry.actor_id, tuple(entry.details["numbers"]), entry.details["note"])
        for entry in told("record_vote")
    )
    rows = db.session.execute(select(JuryVote, Round.slug).join(Round, Round.id == JuryVote.round_id))
    stored = Counter[tuple[Any, ...]](
        (slug, vote.recorded_at, vote.recorded_by_id, tuple(vote.numbers), vote.note) for vote, slug in rows
    )
    for vote in stored - recorded:
        yield f"edycja {vote[0]}: głosowania o wnioskach {', '.join(vote[3])} nie ma w dzienniku"
    for vote in recorded - stored:
        yield f"edycja {vote[0]}: brakuje głosowania o wnioskach {', '.join(vote[3])}"


def cards_as_frozen() -> Iterator[str]:
    """Zamrożone karty: dopóki decyzje obowiązują, karty są te, na których zapadły."""
    standing = select(Proposal.round_id).where(Proposal.returned_at.is_(None))
    eligible = select(Application.round_id, Application.number).where(Application.status == Status.ELIGIBLE)
    rows = db.session.execute(eligible.where(Application.round_id.in_(standing)))
    counted = {(round_id, number) for round_id, number in rows}
    frozen: dict[Key, Any] = {}
    for ranking in db.session.scalars(
        select(Ranking).join(Proposal, Proposal.ranking_id == Ranking.id).where(Proposal.returned_at.is_(None))
    ):
        for card in ranking.inputs["cards"]:
            if (ranking.round_id, card["application"]) in counted:
                frozen[ranking.round_id, card["application"], card["juror"]] = card
    now = _cards_now(standing)
    for key in sorted(frozen.keys() | now.keys()):
        if frozen.get(key) != now.get(key):
            yield f"wniosek {key[1]}: karta ({key[2]}) nie jest ta, na której zapadły decyzje"


def _cards_now(rounds: Any) -> dict[Key, Any]:
    """Return the cards that count in rounds as a ranking would freeze them: three statements."""
    names = _pseudonyms(rounds)
    counted = (
        select(ScoreCard.id, Assignment.round_id, Application.number, Assignment.juror_id, Assignment.kind)
        .join(Assignment, Assignment.id == ScoreCard.assignment_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.round_id.in_(rounds), Assignment.ended_at.is_(None), Application.status == Status.ELIGIBLE,
            ScoreCard.status == CardStatus.SUBMITTED,
        )
    )  # fmt: skip
    marks: dict[int, dict[str, Any]] = {}
    of_these = Mark.card_id.in_(counted.with_only_columns(ScoreCard.id))
    for card_id, criterion, score in db.session.execute(
        select(Mark.card_id, Mark.criterion, Mark.score).where(of_these)
    ):
        marks.setdefault(card_id, {})[criterion] = score
    found: dict[Key, Any] = {}
    for card_id, round_id, number, juror_id, kind in db.session.execute(counted):
        name = names.get((round_id, juror_id), "ktoś spoza jury")
        card = order.Card(number or "", name, marks.get(card_id, {}), kind is AssignmentKind.THIRD)
        [found[round_id, card.application, name]] = record.inputs_data([], [card])["cards"]
    return found


def _pseudonyms(rounds: Any) -> dict[tuple[int, int], str]:
    """Return each juror's pseudonym in each round, by the order of joining its panel."""
    panel = select(JuryMember.round_id, JuryMember.person_id).where(JuryMember.round_id.in_(rounds))
    members, found = Counter[int](), dict[tuple[int, int], str]()
    for round_id, person_id in db.session.execute(panel.order_by(JuryMember.id)):
        members[round_id] += 1
        found[round_id, person_id] = f"Ekspert {members[round_id]}"
    return found
