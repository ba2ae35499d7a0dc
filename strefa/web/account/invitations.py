"""Invitations: the link opens a page, its button takes the role; signed in or with an account opened on the spot."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.jury import actions as jury
from strefa.contest.people import invitation_actions, queries
from strefa.contest.people.models import Invitation, Person
from strefa.contest.privacy import clause_actions, clause_queries
from strefa.contest.rounds import queries as rounds
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs.names import named
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.web import devices, session
from strefa.web.account.forms import ClaimForm, PersonForm
from strefa.web.account.signing_in import enter
from strefa.web.guard import at_rest, attempt, public
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("invitations", __name__, url_prefix="/zaproszenia")


@pages.route("/<public_id>/<token>", methods=["GET", "POST"])
@public
@asks(PersonForm)
def claim(public_id: str, token: str) -> ResponseReturnValue:
    invitation = queries.invitation(public_id, security.token_hash(token), now())
    if invitation is None:
        return page("account/invitations/spent"), 410
    if current_user.is_authenticated:
        return session.second_step_due() or _claim_as_oneself(invitation, token)
    if queries.credentials(invitation.email):
        return page(**_about(invitation, token), known=True)
    return _claim_as_new(invitation, token)


def _about(invitation: Invitation, token: str) -> dict[str, Any]:
    round_ = rounds.by_id(invitation.round_id) if invitation.round_id else None
    role = Role(invitation.role) if round_ else OrganisationRole(invitation.role)
    place = (round_.name if language() == "pl" else round_.name_en) if round_ else ""
    organisation = invitation.organisation.name if invitation.organisation else ""
    said = {"invitation": invitation, "token": token, "role": named(role), "place": place or organisation}
    return said | {"clauses": clause_queries.of_invitation(invitation)}


def _welcome(invitation: Invitation) -> tuple[str, str]:
    """Say who invited to what, and name the page where the work of that role begins."""
    about = _about(invitation, "")
    said = _("Zaproszenie jest przyjęte: %(place)s, Twoja rola: %(role)s.", place=about["place"], role=about["role"])
    if invitation.invited_by:
        said += " " + _("Zaprasza: %(name)s.", name=invitation.invited_by.name)
    return said, _desk(invitation)


def _desk(invitation: Invitation) -> str:
    if invitation.organisation:
        return url_for("applicant.organisations.show", public_id=invitation.organisation.public_id)
    round_ = rounds.by_id(invitation.round_id) if invitation.round_id else None
    if round_ is None or invitation.role == Role.JUROR:
        return url_for("juror.assignments.index")
    return url_for("office.rounds.show", slug=round_.slug)


def _claim_as_oneself(invitation: Invitation, token: str) -> ResponseReturnValue:
    form = ClaimForm()
    if not form.is_submitted():
        return page(**_about(invitation, token), form=form)
    public_id, lock = invitation.public_id, f"invitation:{invitation.id}"
    said, desk = _welcome(invitation)
    with attempt(said, lock) as outcome:
        found = _still(public_id, token)
        invitation_actions.claim(found, actor=current_user, now=now())
        _join_panel(found, current_user)
        clause_actions.read_when_invited(found, actor=current_user, now=now())
    return redirect(desk if outcome else url_for("account.overview.show"))


def _claim_as_new(invitation: Invitation, token: str) -> ResponseReturnValue:
    form = PersonForm(name=invitation.name)
    if not form.is_submitted() or not form.fits():
        return page(**_about(invitation, token), form=form), 422 if form.is_submitted() else 200
    public_id, lock = invitation.public_id, f"invitation:{invitation.id}"
    said, desk = _welcome(invitation)
    with at_rest():
        hashed = security.hash_password(form.password.data or "")
    with attempt("", lock) as outcome:
        found = _still(public_id, token)
        person = invitation_actions.claim_as_new(found, form.name.data or "", hashed, language(), now=now())
        _join_panel(found, person)
        clause_actions.read_when_invited(found, actor=person, now=now())
    if not outcome:
        return page("account/invitations/spent"), 410
    devices.remember(person)  # she has the letter
    enter(person, device_known=True)  # in a fresh cookie, so what is to be said is said after it
    flash(said + " " + _("Konto jest otwarte."), "done")
    return redirect(desk)


def _still(public_id: str, token: str) -> Invitation:
    """Return the invitation as it stands now: while a person was typing it may have been taken back.

    Raises:
        Refused: it is gone, spent or too old.
    """
    found = queries.invitation(public_id, security.token_hash(token), now())
    if found is None:
        raise Refused(Blocker(Reason.INVITATION_SPENT))
    return found


def _join_panel(invitation: Invitation, person: Person) -> None:
    if invitation.round_id is not None and invitation.role == Role.JUROR:
        jury.join_panel(
            invitation.round_id, person, invitation.background, invitation.voivodeship, invitation.affiliation,
            invitation.commune, actor=person, now=now(),
        )  # fmt: skip
