"""The panel in the office: members with their loads, invitations, the assignment proposed and applied."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.jury import actions, assigning_actions, panel_queries, plan_queries
from strefa.contest.jury.barring import barred_ids
from strefa.contest.jury.models import AssignmentPlan, JuryMember
from strefa.contest.people import invitation_actions
from strefa.contest.people.queries import unanswered
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs.plan import plan_view, questions
from strefa.rules.policy import May, Role, may
from strefa.web.guard import attempt, needs
from strefa.web.office.forms import ReasonForm
from strefa.web.office.jury_forms import InviteForm, SeedForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("jury", __name__)


@pages.get("/edycje/<slug>/jury")
@needs(May.SEE_JURY, of=rounds.by_slug)
def index(round_: Round) -> ResponseReturnValue:
    return _page(round_, InviteForm(formdata=None))


def _page(round_: Round, invite_form: InviteForm, reason: ReasonForm | None = None, about: str = "") -> str:
    """Render the panel; `reason` is one that was refused, `about` the person it was given for."""
    barred = barred_ids(current_user, round_.id)
    facts = panel_queries.table(round_).without(barred)
    seed = SeedForm(formdata=None, seed=plan_queries.next_seed(round_.id))
    if not facts.standing:
        del seed.anew  # there is nothing yet that could stay
    members = panel_queries.members(round_.id)
    names = {str(one.person_id): one.person.name for one in members}
    return page(
        "office/jury/index",
        round=round_,
        members=members,
        asked=questions(facts, names, request.args.get("page", 1, int)),
        loads=panel_queries.loads(round_.id, barred),
        invitations=unanswered(round_.id, [Role.JUROR]),
        form=invite_form,
        seed=seed,
        reason=reason or ReasonForm(formdata=None),
        about=about,
        may_manage=may(current_user, May.MANAGE_JURY, round_),
        plan=plan_queries.latest_plan(round_.id),
        applied=plan_queries.latest_applied(round_.id),
        blockers=[*rounds.blockers_to_change(round_), *assigning_actions.blockers_to_propose(facts)],
        applications=len(facts.applications),
        lacking=facts.lacking,
    )


@pages.post("/edycje/<slug>/jury/zaproszenia")
@needs(May.MANAGE_JURY, of=rounds.by_slug)
@asks(InviteForm)
def invite(round_: Round) -> ResponseReturnValue:
    form = InviteForm()
    if not form.fits():
        return _page(round_, form), 422
    with attempt(_("Zaproszenie jest wysłane."), quiet=True) as outcome:
        invitation_actions.invite_to_round(
            round_, form.email.data or "", form.name.data or "", Role.JUROR, form.background.data or "",
            form.voivodeship.data or "", form.affiliation.data or "", form.commune.data or "",
            actor=current_user, now=now(),
        )  # fmt: skip
    form.refused(outcome.blockers)
    return redirect(url_for(".index", slug=round_.slug)) if outcome else (_page(round_, form), 422)


@pages.post("/edycje/<slug>/jury/przydzial")
@needs(May.MANAGE_JURY, of=rounds.by_slug)
@asks(SeedForm)
def propose(round_: Round) -> ResponseReturnValue:
    address = ""
    with attempt("", f"jury:{round_.id}") as outcome:
        form = SeedForm()
        plan = assigning_actions.propose(round_, form.number, anew=bool(form.anew.data), actor=current_user, now=now())
        address = plan.public_id
    return redirect(url_for(".preview", public_id=address) if outcome else url_for(".index", slug=round_.slug))


@pages.get("/przydzialy/<public_id>")
@needs(May.SEE_JURY, of=plan_queries.plan_by_public_id)
def preview(plan: AssignmentPlan) -> ResponseReturnValue:
    round_ = _round(plan)
    view = plan_view(plan, round_, barred_ids(current_user, round_.id))
    return page(round=round_, plan=plan, view=view, may_manage=may(current_user, May.MANAGE_JURY, round_))


@pages.post("/przydzialy/<public_id>/zastosuj")
@needs(May.MANAGE_JURY, of=plan_queries.plan_by_public_id)
def apply(plan: AssignmentPlan) -> ResponseReturnValue:
    with attempt(_("Przydział obowiązuje, listy do jury są w drodze."), f"jury:{plan.round_id}") as outcome:
        assigning_actions.apply(plan, _round(plan), actor=current_user, now=now())
    slug = _round(plan).slug
    return redirect(url_for("office.cards.index" if outcome else ".index", slug=slug))


def _round(plan: AssignmentPlan) -> Round:
    round_ = rounds.by_id(plan.round_id)
    assert round_ is not None  # the foreign key says so
    return round_


@pages.post("/edycje/<slug>/jury/<public_id>/odejscie")
@needs(May.MANAGE_JURY, of=panel_queries.member_by_public_id)
@asks(ReasonForm)
def leave(member: JuryMember) -> ResponseReturnValue:
    form, slug = ReasonForm(), str((request.view_args or {})["slug"])
    done = _("Ta osoba nie ocenia dalej. Jej niezłożone karty czekają na nowy przydział.")
    with attempt(done, f"jury:{member.round_id}", quiet=True) as outcome:
        actions.leave_panel(member, form.reason.data or "", actor=current_user, now=now())
    if outcome:
        return redirect(url_for(".index", slug=slug))
    form.refused(outcome.blockers)
    round_ = rounds.by_slug(slug)
    assert round_ is not None  # the member is on its panel
    return _page(round_, InviteForm(formdata=None), form, member.person.public_id), 422
