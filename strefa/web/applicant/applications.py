"""The librarian's desk: her applications, starting one, how far it is, how the jury will see it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  # newer than its stubs

from strefa.contest.applications import (
    actions,
    card_actions,
    columns,
    copying_queries,
    extension_queries,
    queries,
    signing_actions,
)
from strefa.contest.applications.models import Application
from strefa.contest.decisions import queries as decisions
from strefa.contest.people import organisation_actions as people
from strefa.contest.people.models import Organisation
from strefa.contest.people.queries import organisations_of
from strefa.contest.privacy import clause_actions, clause_queries
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.contest.screening.list_queries import known_to_applicant
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs import papers
from strefa.outputs.after_sending import ahead
from strefa.outputs.progress import section_lines
from strefa.outputs.standing import StandingLine, standing_lines
from strefa.outputs.timing import left, open_calls
from strefa.rules.eligibility import Aspect, eligibility
from strefa.rules.form_problems import problems
from strefa.rules.lifecycle import Step, steps_from
from strefa.rules.policy import May, OrganisationRole, Role, may
from strefa.rules.reading import read
from strefa.rules.refusal import Blocker
from strefa.rules.text import search_key
from strefa.web import session
from strefa.web.applicant.copying import rounds_to_begin_in
from strefa.web.applicant.forms import OrganisationForm
from strefa.web.applicant.own_files import listed
from strefa.web.applicant.room import Room, room_in
from strefa.web.applicant.section_page import around, writable
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("applications", __name__)


@pages.get("")
@needs(May.USE_ACCOUNT)
def index() -> ResponseReturnValue:
    opened, listed = open_calls(now()), queries.listed_own(current_user)
    return page(
        applications=[(one, *_progress(one)) for one in listed],
        decided=decisions.published_among(listed),
        known=known_to_applicant(listed),
        open_now={one.id for one in listed if queries.is_open(one, now())},
        rounds=[*opened, *_let_in({round_.id for round_, _closes, _left in opened})],
        rooms={round_.id: _room(round_, listed) for round_, _closes, _left in opened},
        unread=clause_queries.unread(current_user),
    )


def _room(round_: Round, listed: Iterable[Application]) -> Room:
    """Say whether an organisation for which this person may write has room for one more application."""
    here = [one for one in listed if one.round_id == round_.id]
    mine = {one.organisation_id for one in current_user.memberships if one.role is OrganisationRole.EDITOR}
    return room_in(round_, [[one.status for one in here if one.organisation_id == owner] for owner in mine])


def _let_in(opened: Collection[int]) -> list[tuple[Round, datetime, str]]:
    """List the rounds in which an organisation of this person may begin an application though their call is over."""
    found = extension_queries.rounds_let_in(current_user, now())
    rows = [(rounds.by_id(round_id), until) for round_id, until in found if round_id not in opened]
    return [(round_, until, left(now(), until)) for round_, until in rows if round_]


def _progress(application: Application) -> tuple[int, int]:
    """Count the sections of a draft that nothing stops from being sent, and all of them."""
    if not queries.is_being_written(application):
        return 0, 0
    spec, facts = queries.form(application), queries.facts(application, others=0)
    found = problems(spec, application.answers, facts)
    lines = section_lines(spec, application.answers, facts, found)
    return sum(not line.missing for line in lines), len(lines)


def _asked(_round: Round, _parts: Any, _typed: Any) -> list[Form]:
    """Return what starting an application asks: a new organisation's name, or one's own by a button."""
    own = [SelectChoice(organisation.public_id, organisation.name) for organisation in _own()]
    chosen = {"organisation": SelectField(_("Twoje organizacje"), choices=own)}
    return [OrganisationForm(formdata=None), type("OwnForm", (Form,), chosen)()]


@pages.route("/nowy/<slug>", methods=["GET", "POST"])
@needs(May.APPLY, of=rounds.by_slug)
@asks(_asked)
def create(round_: Round) -> ResponseReturnValue:
    form, typed = OrganisationForm(), request.form.get("organisation", "")
    name = " ".join((form.name.data or "").split())
    if not form.is_submitted() or not (typed or name):
        if form.is_submitted():
            form.name.errors = [_("Podaj nazwę biblioteki albo organizacji.")]
        return _who_applies(round_, form), 422 if form.is_submitted() else 200
    with attempt(_("Wniosek jest rozpoczęty. Wszystko, co wpiszesz, zapisuje się samo.")) as outcome:
        owner = _chosen(typed) if typed else _named(name)
        application = actions.start(round_, owner, actor=current_user, now=now())
        clause_actions.read_when_joining(round_.id, Role.APPLICANT, actor=current_user, now=now())
        address = url_for(".show", public_id=application.public_id)
    return redirect(address if outcome else url_for(".index"))


def _who_applies(round_: Round, form: OrganisationForm) -> str:
    """Render the page that asks who applies, and whether an earlier application is to be copied."""
    known = _own()
    ids = [organisation.id for organisation in known]
    sent, begun = queries.sent_by(round_, ids), queries.own_in(round_, current_user)
    answers = queries.newest_answers(begun)
    said = {one.id: _said_of(round_, one, answers.get(one.id, {})) for one in known}
    let_in = not queries.call_is_open(round_, now())  # an exception lets be begun what it was given for
    rooms = {id_: room_in(round_, [[one.status for one in begun if one.organisation_id == id_]]) for id_ in ids}
    free = [id_ for id_ in ids if let_in or not rooms[id_].is_full]
    return page(
        round=round_,
        form=form,
        known=known,
        begun=begun,
        rooms=rooms,
        free=free,
        standings={one.id: _standing(round_, said[one.id], sent.get(one.id, 0)) for one in known},
        unknown=_standing(round_, {}, None),
        clause=clause_queries.in_force(round_.id, Role.APPLICANT),
        earlier=copying_queries.to_begin_from(round_, free),
    )


def _said_of(round_: Round, organisation: Organisation, answers: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of an organisation, by what its application in this round answers before its own data."""
    return columns.known_by_key(round_, organisation) | {key: value for key, value in answers.items() if value}


def _standing(round_: Round, answers: dict[str, Any], sent: int | None) -> list[StandingLine]:
    """Say whether an organisation may apply, by what is known before it begins; of one that is new, nothing is sent."""
    template = rounds.template_of(round_)
    judged = eligibility(template.form, answers, template.frame.facts(other_applications=sent or 0))
    return standing_lines(one for one in judged if sent is not None or one.aspect is not Aspect.NUMBER)


def _own() -> list[Organisation]:
    """List the organisations for which this person may write."""
    editor = OrganisationRole.EDITOR
    return [o for o in organisations_of(current_user) if editor in current_user.role_in_organisation(o.id)]


def _chosen(public_id: str) -> Organisation:
    """Return the organisation that was chosen; one that is not this person's does not exist for her."""
    return next((o for o in _own() if o.public_id == public_id), None) or abort(404)


def _named(name: str) -> Organisation:
    """Return this person's own organisation of that name, a new one when she has none: a double click makes one."""
    known = next((o for o in _own() if o.search_key == search_key(name)), None)
    if known is None:
        known = people.add_organisation(name, actor=current_user, now=now())
        session.renew()  # her place in it is new as well
    return known


@pages.get("/wnioski/<public_id>")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def show(application: Application) -> ResponseReturnValue:
    spec, facts = queries.form(application), queries.facts(application)
    found = problems(spec, application.answers, facts)
    return page(
        steps=steps_from(application.status),
        submission=application.submissions[-1] if application.submissions else None,
        ready=sum(not line.missing for line in section_lines(spec, application.answers, facts, found)),
        writable=writable(application),
        news=card_actions.news_of(application) if may(current_user, May.TAKE_OVER_ANSWERS, application) else None,
        may_discard=may(current_user, May.DISCARD_APPLICATION, application),
        may_reopen=may(current_user, May.REOPEN_APPLICATION, application),
        asking=_asking(application),
        begin_in=rounds_to_begin_in(application),
        ahead=ahead(application.round, now()) if application.submissions else [],
        papers_ready=_papers_ready(application),
        reserve_over=rounds.template_of(application.round).scoring.ranking.reserve_is_over(now()),
        **around(application, spec, None, application.answers, facts, found),
    )


def _papers_ready(application: Application) -> bool:
    """Say whether the receipt of the version that was sent last is there to fetch."""
    return bool(application.submissions) and papers.find("receipt", application.submissions[-1].id) is not None


def _asking(application: Application) -> list[Blocker] | None:
    """List what keeps this person from asking others to sign; None when there is nothing to ask for."""
    may_write = may(current_user, May.WRITE_APPLICATION, application)
    if not may_write or Step.SUBMIT not in steps_from(application.status):
        return None
    others = signing_actions.signatories_but(application, current_user)
    if not others and may(current_user, May.SEND_APPLICATION, application):
        return None
    return signing_actions.blockers_to_ask(application, others, now())


@pages.get("/wnioski/<public_id>/podglad")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def preview(application: Application) -> ResponseReturnValue:
    spec = queries.form(application)
    sections = read(spec, application.answers, queries.facts(application, others=0), language())
    return page(application=application, sections=sections, attached=listed(application))
