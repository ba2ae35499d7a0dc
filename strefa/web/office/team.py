"""Who looks after a round: coordination, chair, approvers, auditors; invited by letter, their roles ended."""

from typing import NamedTuple

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions, invitation_actions, queries
from strefa.contest.people.models import Invitation, RoundRole
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.names import named
from strefa.rules.policy import May, Role, may
from strefa.web.guard import attempt, needs
from strefa.web.office.team_forms import COLLEAGUES, ColleagueForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("team", __name__)


class Held(NamedTuple):
    """A role that somebody holds in a round."""

    round: Round
    row: RoundRole

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def round_id(self) -> int:
        return self.round.id


def _held(slug: str, public_id: str, role: str) -> Held | None:
    round_ = rounds.by_slug(slug)
    rows = queries.round_roles(round_.id) if round_ else []
    found = (row for row in rows if row.person.public_id == public_id and row.role.value == role)
    row = next(found, None)
    return Held(round_, row) if round_ and row else None


@pages.get("/edycje/<slug>/zespol")
@needs(May.SEE_TEAM, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    return _page(round_, ColleagueForm(formdata=None))


def _page(round_: Round, form: ColleagueForm) -> str:
    return page(
        "office/team/index",
        round=round_,
        held=[row for row in queries.round_roles(round_.id) if row.role in COLLEAGUES],
        invitations=queries.unanswered(round_.id, COLLEAGUES),
        form=form,
        may_manage=may(current_user, May.MANAGE_TEAM, round_),
        role_named=lambda role: named(Role(role)),
    )


@pages.post("/edycje/<slug>/zespol")
@needs(May.MANAGE_TEAM, of=rounds.by_slug)
@asks(ColleagueForm)
def invite(round_: Round) -> ResponseReturnValue:
    form = ColleagueForm()
    if not form.fits():
        return _page(round_, form), 422
    with attempt(_("Zaproszenie jest wysłane."), quiet=True) as outcome:
        invitation_actions.invite_to_round(
            round_, form.email.data or "", form.name.data or "", Role(form.role.data), actor=current_user, now=now()
        )
    form.refused(outcome.blockers)
    return redirect(url_for(".index", slug=round_.slug)) if outcome else (_page(round_, form), 422)


@pages.post("/edycje/<slug>/zespol/<public_id>/<role>/koniec")
@needs(May.MANAGE_TEAM, of=_held)
def end(held: Held) -> ResponseReturnValue:
    with attempt(_("Rola jest odebrana.")):
        actions.end_round_role(held.row.person, held.round_id, held.row.role, actor=current_user, now=now())
    return redirect(url_for(".index", slug=(request.view_args or {})["slug"]))


@pages.post("/zaproszenia/<public_id>/cofnij")
@needs(May.MANAGE_TEAM, of=queries.waiting_role)
def take_back(invitation: Invitation) -> ResponseReturnValue:
    with attempt(_("Zaproszenie jest cofnięte.")):
        invitation_actions.take_back(invitation, actor=current_user, now=now())
    return _back(invitation)


@pages.post("/zaproszenia/<public_id>/ponow")
@needs(May.MANAGE_TEAM, of=queries.waiting_role)
def send_again(invitation: Invitation) -> ResponseReturnValue:
    with attempt(_("Zaproszenie jest wysłane jeszcze raz. Działa tylko link z nowego listu.")):
        invitation_actions.send_again(invitation, _round(invitation), actor=current_user, now=now())
    return _back(invitation)


def _round(invitation: Invitation) -> Round:
    round_ = rounds.by_id(invitation.round_id or 0)
    assert round_ is not None  # the loader found one to a round
    return round_


def _back(invitation: Invitation) -> ResponseReturnValue:
    """Return to the page that lists such invitations."""
    listed = ".index" if invitation.role in COLLEAGUES else "office.jury.index"
    return redirect(url_for(listed, slug=_round(invitation).slug))
