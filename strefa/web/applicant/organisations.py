"""A librarian's organisations: their data, and the people who write, count and sign."""

from datetime import datetime

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import queries as applications
from strefa.contest.people import invitation_actions, organisation_actions, queries
from strefa.contest.people.models import Invitation, Membership, Organisation
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.timing import open_calls
from strefa.rules import identifiers
from strefa.rules.policy import May, OrganisationRole, may
from strefa.web.applicant.organisation_forms import (
    COMMUNE_KINDS,
    ROLES,
    AgainForm,
    InviteForm,
    OrganisationDataForm,
    RolesForm,
)
from strefa.web.applicant.room import Room, room_in
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("organisations", __name__, url_prefix="/organizacje")


@pages.get("")
@needs(May.USE_ACCOUNT)
def index() -> ResponseReturnValue:
    return page(organisations=queries.organisations_of(current_user))


@pages.route("/nowa", methods=["GET", "POST"])
@needs(May.USE_ACCOUNT)
@asks(OrganisationDataForm)
def create() -> ResponseReturnValue:
    form = OrganisationDataForm()
    if not form.is_submitted():
        return page(form=form)
    public_id = ""
    with attempt(_("Organizacja jest zapisana."), quiet=True) as outcome:
        made = organisation_actions.add_organisation((form.name.data or "").strip(), actor=current_user, now=now())
        organisation_actions.describe_organisation(made, form.typed, actor=current_user, now=now())
        public_id = made.public_id
    form.refused(outcome.blockers)
    return redirect(url_for(".show", public_id=public_id)) if outcome else (page(form=form), 422)


@pages.get("/<public_id>")
@needs(May.READ_ORGANISATION, of=queries.organisation_by_public_id)
def show(organisation: Organisation) -> ResponseReturnValue:
    return _page(organisation, InviteForm())


def _page(organisation: Organisation, inviting: InviteForm) -> str:
    held = queries.roles_in_organisation(organisation.id)
    people = [(person, held[person.id]) for person in queries.members_of(organisation.id)]
    manages = may(current_user, May.MANAGE_ORGANISATION, organisation)
    return page(
        "applicant/organisations/show",
        organisation=organisation,
        nip=_nip(organisation),
        commune_kind=dict(COMMUNE_KINDS).get(organisation.commune_kind) if organisation.commune_kind else "",
        people=people,
        forms={person.id: RolesForm(formdata=None, roles=sorted(roles)) for person, roles in people},
        invitations=queries.invitations_waiting(now(), organisation_id=organisation.id) if manages else [],
        inviting=inviting,
        roles=ROLES,
        manages=manages,
        calls=_calls(organisation) if manages else [],
        applications=applications.newest_of(current_user, organisation),
        role_of=OrganisationRole,
    )


def _nip(organisation: Organisation) -> str:
    """Return an organisation's NIP as people write it: 526-000-12-46."""
    return identifiers.shown("nip", organisation.nip) if organisation.nip else ""


def _calls(organisation: Organisation) -> list[tuple[Round, datetime, bool, Room]]:
    """List the calls in which this person may apply: its close, whether the organisation has begun, if it may yet."""
    begun = applications.statuses_by_round([organisation.id])
    opened = [call for call in open_calls(now()) if may(current_user, May.APPLY, call[0])]
    statuses = {round_.id: begun.get((round_.id, organisation.id), []) for round_, _closes, _left in opened}
    return [(one, closes, bool(statuses[one.id]), room_in(one, [statuses[one.id]])) for one, closes, _left in opened]


@pages.route("/<public_id>/dane", methods=["GET", "POST"])
@needs(May.MANAGE_ORGANISATION, of=queries.organisation_by_public_id)
@asks(OrganisationDataForm)
def edit(organisation: Organisation) -> ResponseReturnValue:
    form = OrganisationDataForm(obj=organisation)
    if not form.is_submitted():
        form.nip.data = _nip(organisation)
        return page(form=form, organisation=organisation)
    with attempt(_("Dane organizacji są zapisane."), quiet=True) as outcome:
        organisation_actions.describe_organisation(organisation, form.typed, actor=current_user, now=now())
    form.refused(outcome.blockers)
    shown = url_for(".show", public_id=organisation.public_id)
    return redirect(shown) if outcome else (page(form=form, organisation=organisation), 422)


@pages.post("/<public_id>/zaproszenia")
@needs(May.MANAGE_ORGANISATION, of=queries.organisation_by_public_id)
@asks(InviteForm)
def invite(organisation: Organisation) -> ResponseReturnValue:
    form = InviteForm()
    role = OrganisationRole(form.role.data) if form.role.data in set(OrganisationRole) else OrganisationRole.READER
    with attempt(_("Zaproszenie jest wysłane."), quiet=True) as outcome:
        invitation_actions.invite_to_organisation(
            organisation, form.email.data or "", role, actor=current_user, now=now()
        )
    form.refused(outcome.blockers)
    shown = url_for(".show", public_id=organisation.public_id)
    return redirect(shown) if outcome else (_page(organisation, form), 422)


@pages.post("/zaproszenia/<public_id>/cofnij")
@needs(May.TAKE_INVITATION_BACK, of=queries.waiting_membership)
def take_back(invitation: Invitation) -> ResponseReturnValue:
    with attempt(_("Zaproszenie jest cofnięte.")):
        invitation_actions.take_back(invitation, actor=current_user, now=now())
    assert invitation.organisation is not None  # the loader found one to an organisation
    return redirect(url_for(".show", public_id=invitation.organisation.public_id))


@pages.post("/zaproszenia/<public_id>/ponow")
@needs(May.SEND_INVITATION_AGAIN, of=queries.waiting_membership)
@asks(AgainForm)
def send_again(invitation: Invitation) -> ResponseReturnValue:
    assert invitation.organisation is not None  # the loader found one to an organisation
    shown = url_for(".show", public_id=invitation.organisation.public_id)
    with attempt(_("Zaproszenie jest wysłane jeszcze raz. Działa tylko link z nowego listu.")):
        invitation_actions.ask_again(invitation, AgainForm().chosen, actor=current_user, now=now())
    return redirect(shown)


@pages.post("/<public_id>/osoby/<person_id>")
@needs(May.MANAGE_MEMBERSHIP, of=queries.membership)
@asks(RolesForm)
def set_roles(membership: Membership) -> ResponseReturnValue:
    organisation, person, roles = membership.organisation, membership.person, RolesForm().chosen
    shown = url_for(".show", public_id=organisation.public_id)
    leaves = not roles and person.id == current_user.id
    done = _("Nie należysz już do organizacji: %(name)s.", name=organisation.name) if leaves else _("Role są zapisane.")
    with attempt(done, f"organisation:{organisation.id}") as outcome:
        organisation_actions.set_roles(organisation, person, roles, actor=current_user, now=now())
    return redirect(url_for(".index") if outcome and leaves else shown)
