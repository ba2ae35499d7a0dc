"""Decisions in the office: the proposal, the second person's word, publication, resignations, promotion."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.decisions import actions, queries
from strefa.contest.decisions.models import Decision, Proposal
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.listing import decision_reason
from strefa.rules.policy import May, may
from strefa.web.guard import attempt, needs
from strefa.web.office.forms import ReasonForm
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("decisions", __name__)


@pages.get("/edycje/<slug>/decyzje")
@needs(May.SEE_SCORES, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    proposals = queries.proposals_of(round_)
    standing = next((proposal for proposal in proposals if proposal.returned_at is None), None)
    return page(
        round=round_,
        standing=standing,
        returned=[proposal for proposal in proposals if proposal.returned_at],
        spent=queries.spent(standing) if standing else 0,
        may_approve=bool(standing) and may(current_user, May.APPROVE_DECISIONS, standing),
        may_publish=bool(standing) and may(current_user, May.PUBLISH_DECISIONS, standing),
        form=ReasonForm(),
        reason_of=decision_reason,
    )


@pages.post("/decyzje/<public_id>/zatwierdz")
@needs(May.APPROVE_DECISIONS, of=queries.by_public_id)
def approve(proposal: Proposal) -> ResponseReturnValue:
    with attempt(_("Decyzje są zatwierdzone.")):
        actions.approve(proposal, actor=current_user, now=now())
    return _back(proposal)


@pages.post("/decyzje/<public_id>/zwroc")
@needs(May.APPROVE_DECISIONS, of=queries.by_public_id)
def return_proposal(proposal: Proposal) -> ResponseReturnValue:
    with attempt(_("Propozycja wróciła do poprawy.")):
        actions.return_proposal(proposal, ReasonForm().reason.data or "", actor=current_user, now=now())
    return _back(proposal)


@pages.post("/decyzje/<public_id>/oglos")
@needs(May.PUBLISH_DECISIONS, of=queries.by_public_id)
def publish(proposal: Proposal) -> ResponseReturnValue:
    with attempt(_("Wyniki są ogłoszone, listy idą do wszystkich wnioskodawców.")):
        actions.publish(_round(proposal), proposal, actor=current_user, now=now())
    return _back(proposal)


@pages.post("/dotacje/<number>/rezygnacja")
@needs(May.MANAGE_AWARDS, of=queries.decision_by_number)
def resign(decision: Decision) -> ResponseReturnValue:
    with attempt(_("Rezygnacja jest zapisana, pieniądze są wolne.")):
        actions.resign(decision, ReasonForm().reason.data or "", actor=current_user, now=now())
    return _back(decision.proposal)


@pages.post("/decyzje/<public_id>/rezerwa")
@needs(May.PUBLISH_DECISIONS, of=queries.by_public_id)
def promote(proposal: Proposal) -> ResponseReturnValue:
    with attempt(_("Następny wniosek z listy rezerwowej dostał dotację i list.")):
        actions.promote(_round(proposal), proposal, actor=current_user, now=now())
    return _back(proposal)


def _round(proposal: Proposal) -> Round:
    round_ = rounds.by_id(proposal.round_id)
    assert round_ is not None  # the foreign key says so
    return round_


def _back(proposal: Proposal) -> ResponseReturnValue:
    return redirect(url_for(".index", slug=_round(proposal).slug))
