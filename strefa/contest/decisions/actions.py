"""Deciding: the jury's vote, the proposal, the second person's approval, publication, promotion."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from strefa.contest.applications.letters import write_to_applicant
from strefa.contest.applications.models import Application
from strefa.contest.decisions import letters, queries
from strefa.contest.decisions.models import Decision, JuryVote, Outcome, Proposal
from strefa.contest.decisions.models import Ranking as FrozenRanking
from strefa.contest.decisions.official import Official, Result, as_frozen, official, standing_votes
from strefa.contest.jury.counting import submitted_cards
from strefa.contest.people.models import Person
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra import jobs
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules import allocation as walk
from strefa.rules.lifecycle import Status
from strefa.rules.own_words import blockers_of_words
from strefa.rules.ranking import Row
from strefa.rules.record import inputs_data, result_data, result_hash, rules_data
from strefa.rules.refusal import Blocker, Reason, Refused

SHORTEST_REASON = 10
PAPERS = ("minutes", "ranking", "report")


def record_vote(round_: Round, numbers: Sequence[str], note: str, *, actor: Person, now: datetime) -> JuryVote:
    """Write down the jury's order of applications that the criteria left equal, as in the minutes.

    It takes the place of an earlier vote about any of them. Once decisions are published it settles who of
    equals moves up from the reserve list, and nothing else.

    Raises:
        Refused: fewer than two numbers, a number twice, or one that is not ranked; nothing is said of how the jury
            voted; decisions stand already.
    """
    note = note.strip()
    blockers = blockers_to_vote(round_, numbers, now)
    if len(note) < SHORTEST_REASON:
        blockers.append(Blocker(Reason.VOTE_WITHOUT_NOTE, "note", {"least": SHORTEST_REASON}))
    if blockers:
        raise Refused(*blockers)
    vote = JuryVote(round_id=round_.id, numbers=list(numbers), note=note, recorded_at=now, recorded_by_id=actor.id)
    db.session.add(vote)
    record("record_vote", _of(round_), actor=actor, now=now, round_id=round_.id, numbers=list(numbers), note=note)
    return vote


def blockers_to_vote(round_: Round, numbers: Sequence[str], now: datetime) -> list[Blocker]:
    """List what is wrong with a vote before it is written down."""
    if equals := tied_on_reserve(round_, now):
        wrong = len(numbers) != len(equals) or set(numbers) != set(equals)
        return [Blocker(Reason.VOTE_ABOUT_EQUALS, "numbers", {"numbers": ", ".join(equals)})] if wrong else []
    blockers = []
    if queries.standing(round_):
        blockers.append(Blocker(Reason.DECISIONS_PROPOSED))
    if len(numbers) < 2 or len(set(numbers)) != len(numbers):
        blockers.append(Blocker(Reason.VOTE_NEEDS_TWO, "numbers"))
    known = official(round_).applications
    blockers += [
        Blocker(Reason.VOTE_UNKNOWN_NUMBER, "numbers", {"number": number}) for number in numbers if number not in known
    ]
    return blockers


def blockers_to_propose(round_: Round, now_official: Result | None = None) -> list[Blocker]:
    """List what stands between the cards and a proposal: open checks and cards, a tie across the line, a proposal."""
    state = now_official or official(round_)
    blockers = []
    if queries.standing(round_):
        blockers.append(Blocker(Reason.DECISIONS_PROPOSED))
    if not state.ranking.rows:
        blockers.append(Blocker(Reason.NOTHING_TO_DECIDE))
    if state.unchecked:
        values = {"count": len(state.unchecked), "numbers": ", ".join(state.unchecked)}
        blockers.append(Blocker(Reason.CHECKS_MISSING, "", values))
    if state.awaiting:
        values = {"count": len(state.awaiting), "numbers": ", ".join(state.awaiting)}
        blockers.append(Blocker(Reason.CARDS_MISSING, "", values))
    if state.allocation.tied:
        blockers.append(Blocker(Reason.TIE_ACROSS_LINE, "", {"numbers": ", ".join(state.allocation.tied)}))
    return blockers


def propose(round_: Round, *, actor: Person, now: datetime) -> Proposal:
    """Freeze the ranking and propose decisions on it; another person approves them.

    From now on cards, declarations and formal checks stay as they are, until the proposal is sent back.

    Raises:
        Refused: formal checks or cards are missing, a tie crosses the funding line, or a proposal stands already.
    """
    state = official(round_)
    if blockers := blockers_to_propose(round_, state):
        raise Refused(*blockers)
    ranking = _frozen(round_, state, actor, now)
    proposal = Proposal(
        public_id=public_id(),
        round_id=round_.id,
        ranking=ranking,
        proposed_at=now,
        proposed_by_id=actor.id,
        decisions=[_decision(place, row, state) for place, row in enumerate(state.ranking.ranked, 1)],
    )
    db.session.add(proposal)
    round_.decided_at = now
    db.session.flush()
    record(
        "propose_decisions", _of(round_), actor=actor, now=now, round_id=round_.id, proposal=proposal.public_id,
        ranking=ranking.version, rules_hash=ranking.rules_hash, input_hash=ranking.input_hash,
        result_hash=ranking.result_hash, spent=queries.spent(proposal),
    )  # fmt: skip
    letters.write_of_proposal(round_, actor=actor, now=now)
    _ask_for_papers(proposal, now, *PAPERS)
    for card_id in submitted_cards(round_):
        jobs.ask("document", f"score_card:{card_id}", now=now)
    return proposal


def _ask_for_papers(proposal: Proposal, now: datetime, *kinds: str) -> None:
    for kind in kinds:
        jobs.ask("document", f"{kind}:{proposal.id}", now=now)


def _frozen(round_: Round, state: Official, actor: Person, now: datetime) -> FrozenRanking:
    inputs = inputs_data(state.entries, state.cards, state.rules.votes)
    return FrozenRanking(
        round_id=round_.id,
        version=queries.last_version(round_) + 1,
        method=f"{state.rules.aggregate.value}_of_totals",
        rules_hash=state.rules_hash,
        input_hash=state.input_hash,
        result_hash=result_hash(state.ranking, state.allocation),
        inputs=inputs | {"rules": rules_data(state.rules)},
        result=result_data(state.ranking, state.allocation),
        made_at=now,
        made_by_id=actor.id,
    )


def _decision(place: int, row: Row, state: Official) -> Decision:
    amount = state.allocation.awards.get(row.application, 0)
    outcome, reason, values = reasoned(row, amount, state.allocation)
    return Decision(
        application=state.applications[row.application],
        place=place,
        rank=row.rank,
        outcome=outcome,
        amount=amount,
        reason=reason.value,
        reason_values=values,
    )


def reasoned(row: Row, amount: int, allocation: walk.Allocation) -> tuple[Outcome, Reason, dict[str, str | int]]:
    """Return the outcome of one line of the ranking with the reason that one sentence will say."""
    outcome, reason, values = _reasoned(row, amount, allocation)
    return outcome, reason, {key: value for key, value in values.items() if isinstance(value, str | int)}


def _reasoned(row: Row, amount: int, allocation: walk.Allocation) -> tuple[Outcome, Reason, dict[str, Any]]:
    if amount and amount == row.entry.ask:
        return Outcome.FUNDED, Reason.AWARD_WHOLE, {"rank": row.rank}
    if amount:
        return Outcome.PARTIAL, Reason.AWARD_PARTIAL, {"rank": row.rank, "ask_grosze": row.entry.ask}
    refusal = allocation.refusals[row.application]
    outcome = Outcome.REFUSED if row.fails else Outcome.RESERVE
    values = {key: str(value) if not isinstance(value, int) else value for key, value in refusal.values.items()}
    if refusal.reason is Reason.BELOW_LEAST_MEAN:
        values["criterion"] = refusal.at
    return outcome, refusal.reason, values


def approve(proposal: Proposal, *, actor: Person, now: datetime) -> None:
    """Approve a proposal as the second person.

    Raises:
        Refused: it was returned or approved already, the same person proposed it, or somebody in it withdrew.
    """
    blockers = []
    if proposal.approved_at or proposal.returned_at:
        blockers.append(Blocker(Reason.PROPOSAL_SETTLED))
    if proposal.proposed_by_id == actor.id:
        blockers.append(Blocker(Reason.TWO_PEOPLE_DECIDE))
    if blockers := [*blockers, *blockers_of_withdrawn(proposal)]:
        raise Refused(*blockers)
    proposal.approved_at, proposal.approved_by_id = now, actor.id
    _noted("approve_decisions", proposal, actor, now, result_hash=proposal.ranking.result_hash)
    _ask_for_papers(proposal, now, *PAPERS)


def blockers_of_withdrawn(proposal: Proposal) -> list[Blocker]:
    """List what makes a proposal untrue: applications in it that left the contest since it was made."""
    gone = [d.application.number or "" for d in proposal.decisions if d.application.status is not Status.ELIGIBLE]
    return [Blocker(Reason.PROPOSAL_OUTDATED, "", {"count": len(gone), "numbers": ", ".join(gone)})] if gone else []


def return_proposal(round_: Round, proposal: Proposal, reason: str, *, actor: Person, now: datetime) -> None:
    """Send a proposal back with a reason; the round can be decided anew.

    Raises:
        Refused: it is published already, or the reason is too short.
    """
    blockers = []
    if proposal.published_at or proposal.returned_at:
        blockers.append(Blocker(Reason.PROPOSAL_SETTLED))
    blockers += blockers_of_words(reason, least=SHORTEST_REASON)
    if blockers:
        raise Refused(*blockers)
    proposal.returned_at, proposal.returned_because = now, reason.strip()
    round_.decided_at = None
    _noted("return_decisions", proposal, actor, now, reason=reason.strip())
    letters.write_of_return(round_, proposal, reason.strip(), actor=actor, now=now)


def publish(round_: Round, proposal: Proposal, *, actor: Person, now: datetime) -> None:
    """Open the results to everybody and send each applicant a letter; nothing was visible before.

    Raises:
        Refused: it was not approved, was sent back after that, or is published already; somebody in it withdrew.
    """
    if proposal.published_at or proposal.returned_at:
        raise Refused(Blocker(Reason.PROPOSAL_SETTLED))
    if not proposal.approved_at:
        raise Refused(Blocker(Reason.PROPOSAL_NOT_APPROVED))
    if blockers := blockers_of_withdrawn(proposal):
        raise Refused(*blockers)
    refused = queries.formally_refused(round_)
    proposal.published_at = round_.results_published_at = now
    _noted("publish_decisions", proposal, actor, now)
    for decision in proposal.decisions:
        _tell(decision, decision.application, now)
    for application in refused:  # the others know from the list of the formal check
        jobs.ask("document", f"formal_letter:{application.id}", now=now)
        write_to_applicant("formal_result", application, now=now)
    _ask_for_papers(proposal, now, *PAPERS)


def _tell(decision: Decision, application: Application, now: datetime) -> None:
    jobs.ask("document", f"letter:{decision.id}", now=now)
    jobs.ask("document", f"consolidated_card:{application.id}", now=now)
    write_to_applicant("result", application, now=now, outcome=decision.outcome.value, amount_grosze=decision.amount)


def resign(decision: Decision, reason: str, *, actor: Person, now: datetime) -> None:
    """Write down that a grantee gives the grant back; the money is free for the reserve list.

    Raises:
        Refused: there is no grant to give back, or the reason is too short.
    """
    blockers = []
    if decision.outcome not in queries.AWARDED:
        blockers.append(Blocker(Reason.NO_GRANT_TO_RESIGN))
    blockers += blockers_of_words(reason, least=SHORTEST_REASON)
    if blockers:
        raise Refused(*blockers)
    freed, decision.amount = decision.amount, 0
    decision.outcome, decision.resigned_at, decision.resigned_because = Outcome.RESIGNED, now, reason.strip()
    number = decision.application.number
    # why is for the decision alone: it goes with the application, and what the journal says of sums stays for good
    _noted("resign", decision.proposal, actor, now, number=number, freed_grosze=freed)
    write_to_applicant("resigned", decision.application, now=now, amount_grosze=freed, reason=reason.strip())
    _ask_for_papers(decision.proposal, now, "ranking", "report")


def next_promotion(round_: Round, proposal: Proposal, *, voted: bool = True) -> walk.Promotion:
    """Find who on the reserve list gets the money that is free now.

    The order is the one that was frozen with the decisions, completed by what the jury voted since about equals
    on the reserve list; nobody is promoted whom the decisions do not name.

    Args:
        voted: without it those votes are left out, so that equals are equal again.
    """
    votes = [vote.numbers for vote in standing_votes(queries.votes_after(proposal))] if voted else []
    rules, ranking = as_frozen(round_, proposal.ranking, votes)
    numbers = {d.application.number or "": d for d in proposal.decisions}
    awards = {number: d.amount for number, d in numbers.items() if d.outcome in queries.AWARDED}
    resigned = {number for number, d in numbers.items() if d.outcome is Outcome.RESIGNED}
    nameless = {row.application for row in ranking.rows} - numbers.keys()
    return walk.promote(rules, ranking, awards, resigned | nameless)


def tied_on_reserve(round_: Round, now: datetime) -> tuple[str, ...]:
    """Return the numbers of equals on the reserve list between whom only a vote of the jury can choose now.

    A vote about them may be put right until one of them has moved up.
    """
    proposal = queries.published(round_) if round_.results_published_at else None
    if proposal is None or blockers_of_reserve(round_, proposal, now):
        return ()
    return next_promotion(round_, proposal, voted=False).tied


def blockers_of_reserve(round_: Round, proposal: Proposal, now: datetime) -> list[Blocker]:
    """Say why the reserve list does not move any more: nobody waits on it, or its last day is over."""
    ranking = template_of(round_).scoring.ranking
    if all(decision.outcome is not Outcome.RESERVE for decision in proposal.decisions):
        return [Blocker(Reason.RESERVE_EMPTY)]
    if ranking.reserve_is_over(now):
        return [Blocker(Reason.RESERVE_OVER, "", {"until": ranking.reserve_until})]
    return []


def blockers_to_promote(round_: Round, proposal: Proposal, found: walk.Promotion, now: datetime) -> list[Blocker]:
    """Say why nobody moves up: the list does not move, equals wait on it, or the money is too little.

    Args:
        found: what `next_promotion` says now.
    """
    if closed := blockers_of_reserve(round_, proposal, now):
        return closed
    if found.tied:
        return [Blocker(Reason.TIE_ACROSS_LINE, "", {"numbers": ", ".join(found.tied)})]
    return [] if found.awards else [Blocker(Reason.NOBODY_TO_PROMOTE)]


def promote(round_: Round, proposal: Proposal, *, actor: Person, now: datetime) -> list[Decision]:
    """Give free money to the next on the reserve list that it suffices for; each gets a letter.

    Raises:
        Refused: the list holds no more, nobody on it fits, or equals do and people must decide.
    """
    found = next_promotion(round_, proposal)
    if blockers := blockers_to_promote(round_, proposal, found, now):
        raise Refused(*blockers)
    promoted = []
    for decision in proposal.decisions:
        amount = found.awards.get(decision.application.number or "")
        if amount is None:
            continue
        whole = amount == decision.application.ask
        decision.outcome = Outcome.FUNDED if whole else Outcome.PARTIAL
        decision.amount, decision.promoted_at, decision.reason = amount, now, Reason.AWARD_PROMOTED.value
        decision.reason_values = {}
        promoted.append(decision)
        _noted("promote", proposal, actor, now, number=decision.application.number, amount_grosze=amount)
        _tell(decision, decision.application, now)
    _ask_for_papers(proposal, now, "ranking", "report")
    return promoted


def _of(round_: Round) -> str:
    return f"round:{round_.slug}"


def _noted(verb: str, proposal: Proposal, actor: Person, now: datetime, **details: Any) -> None:
    record(verb, f"proposal:{proposal.public_id}", actor=actor, now=now, round_id=proposal.round_id, **details)
