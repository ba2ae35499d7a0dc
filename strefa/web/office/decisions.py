"""Decisions in the office: the proposal, the second person's word, publication, resignations, promotion."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.decisions import actions, queries
from strefa.contest.decisions.models import Decision, Proposal
from strefa.contest.people.queries import names_of
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.listing import decision_reason, decisions_state
from strefa.outputs.words import in_words
from strefa.rules.policy import May, may
from strefa.rules.refusal import Reason
from strefa.web.guard import attempt, needs
from strefa.web.office.forms import ReasonForm
from strefa.web.office.ways import approver_lacking, scored
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("decisions", __name__)


@pages.get("/edycje/<slug>/decyzje")
@needs(May.SEE_SCORES, of=scored)
def index(round_: Round) -> ResponseReturnValue:
    return _page(round_, ReasonForm(formdata=None))


def _page(round_: Round, form: ReasonForm, about: str = "") -> str:
    """Render the decisions of a round; `form` holds a reason that was refused, `about` says whose it is."""
    proposals = queries.proposals_of(round_)
    standing = next((proposal for proposal in proposals if proposal.returned_at is None), None)
    lacking = approver_lacking(round_, standing) if standing and not standing.approved_at else ("", "")
    may_publish = bool(standing) and may(current_user, May.PUBLISH_DECISIONS, standing)
    return page(
        "office/decisions/index",
        round=round_,
        standing=standing,
        returned=[proposal for proposal in proposals if proposal.returned_at],
        people=names_of(
            person for proposal in proposals for person in (proposal.proposed_by_id, proposal.approved_by_id)
        ),
        spent=queries.spent(standing) if standing else 0,
        may_approve=bool(standing) and may(current_user, May.APPROVE_DECISIONS, standing),
        may_propose=may(current_user, May.PROPOSE_DECISIONS, round_),
        lacking=lacking,
        may_publish=may_publish,
        failed=len(queries.formally_refused(round_)) if may_publish else 0,
        **(_reserve(round_, standing) if standing and standing.published_at else {}),
        outdated=_outdated(standing) if standing and not standing.published_at else [],
        form=form,
        about=about,
        state_of=decisions_state,
        reason_of=partial(decision_reason, round_=round_),
    )


def _outdated(proposal: Proposal) -> list[str]:
    return [in_words(blocker) for blocker in actions.blockers_of_withdrawn(proposal)]


def _reserve(round_: Round, proposal: Proposal) -> dict[str, Any]:
    """Return who on the reserve list would get free money now, and how much, or why nobody does."""
    if ended := actions.blockers_of_reserve(round_, proposal, now()):
        return {"blockers": ended, "promotion": [], "reserve_moves": False, "equals": (), "until": None}
    found = actions.next_promotion(round_, proposal)
    blockers = actions.blockers_to_promote(round_, proposal, found, now())
    amounts = ((decision, found.awards.get(decision.application.number or "", 0)) for decision in proposal.decisions)
    return {
        "blockers": blockers,
        "promotion": [] if blockers else [pair for pair in amounts if pair[1]],
        "reserve_moves": True,
        "equals": found.tied if any(blocker.reason is Reason.TIE_ACROSS_LINE for blocker in blockers) else (),
        "until": rounds.template_of(round_).scoring.ranking.reserve_until,
    }


@pages.post("/decyzje/<public_id>/zatwierdz")
@needs(May.APPROVE_DECISIONS, of=queries.by_public_id)
def approve(proposal: Proposal) -> ResponseReturnValue:
    with attempt(_("Decyzje są zatwierdzone."), f"jury:{proposal.round_id}"):
        actions.approve(proposal, actor=current_user, now=now())
    return _back(proposal)


@pages.post("/decyzje/<public_id>/zwroc")
@needs(May.APPROVE_DECISIONS, of=queries.by_public_id)
@asks(ReasonForm)
def return_proposal(proposal: Proposal) -> ResponseReturnValue:
    form = ReasonForm()
    with attempt(_("Propozycja wróciła do poprawy."), f"jury:{proposal.round_id}", quiet=True) as outcome:
        actions.return_proposal(_round(proposal), proposal, form.reason.data or "", actor=current_user, now=now())
    form.refused(outcome.blockers)
    return _back(proposal) if outcome else (_page(_round(proposal), form, "return"), 422)


@pages.post("/decyzje/<public_id>/oglos")
@needs(May.PUBLISH_DECISIONS, of=queries.by_public_id)
def publish(proposal: Proposal) -> ResponseReturnValue:
    with attempt(_("Wyniki są ogłoszone, listy idą do wszystkich wnioskodawców."), f"jury:{proposal.round_id}"):
        actions.publish(_round(proposal), proposal, actor=current_user, now=now())
    return _back(proposal)


@pages.post("/dotacje/<number>/rezygnacja")
@needs(May.MANAGE_AWARDS, of=queries.decision_by_number)
@asks(ReasonForm)
def resign(decision: Decision) -> ResponseReturnValue:
    form = ReasonForm()
    with attempt(
        _("Rezygnacja jest zapisana, pieniądze są wolne."), f"jury:{decision.round_id}", quiet=True
    ) as outcome:
        actions.resign(decision, form.reason.data or "", actor=current_user, now=now())
    form.refused(outcome.blockers)
    proposal = decision.proposal
    return _back(proposal) if outcome else (_page(_round(proposal), form, decision.application.number or ""), 422)


@pages.post("/decyzje/<public_id>/rezerwa")
@needs(May.PUBLISH_DECISIONS, of=queries.by_public_id)
def promote(proposal: Proposal) -> ResponseReturnValue:
    with attempt(_("Następny wniosek z listy rezerwowej dostał dotację i list."), f"jury:{proposal.round_id}"):
        actions.promote(_round(proposal), proposal, actor=current_user, now=now())
    return _back(proposal)


def _round(proposal: Proposal) -> Round:
    round_ = rounds.by_id(proposal.round_id)
    assert round_ is not None  # the foreign key says so
    return round_


def _back(proposal: Proposal) -> ResponseReturnValue:
    return redirect(url_for(".index", slug=_round(proposal).slug))
