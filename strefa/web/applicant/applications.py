"""The librarian's applications: the desk, starting one, how far it is, sending, correcting, withdrawing."""

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.applications import actions, queries
from strefa.contest.applications.models import Application
from strefa.contest.people import actions as people
from strefa.contest.people.queries import organisations_of
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra.clock import now
from strefa.infra.i18n import _, language
from strefa.outputs.timing import left, timetable
from strefa.rules.form_problems import summaries
from strefa.rules.lifecycle import steps_from
from strefa.rules.policy import May, may
from strefa.rules.reading import place_of, read
from strefa.rules.refusal import Reason
from strefa.web.applicant.forms import OrganisationForm, WithdrawForm
from strefa.web.guard import attempt, needs
from strefa.web.page import page
from strefa.web.session import current_user

pages = Blueprint("applications", __name__)


@pages.before_app_request
def _arrived() -> None:
    """An upload under way at the close counts: the moment is stamped before the body is read."""
    g.arrived = now()


@pages.get("")
@needs(May.USE_ACCOUNT)
def index() -> ResponseReturnValue:
    moment = now()
    return page(applications=queries.listed_own(current_user), rounds=rounds.open_now(moment))


@pages.route("/nowy/<slug>", methods=["GET", "POST"])
@needs(May.APPLY, of=rounds.by_slug)
def create(round_: Round) -> ResponseReturnValue:
    form = OrganisationForm()
    known = organisations_of(current_user)
    if not form.is_submitted():
        return page(round=round_, form=form, known=known)
    chosen = next((o for o in known if o.public_id == request.form.get("organisation")), None)
    if chosen is None and not (form.name.data or "").strip():
        form.name.errors = [_("Podaj nazwę biblioteki albo organizacji.")]
        return page(round=round_, form=form, known=known), 422
    with attempt(_("Wniosek jest rozpoczęty. Wszystko, co wpiszesz, zapisuje się samo.")) as outcome:
        owner = chosen or people.add_organisation((form.name.data or "").strip(), actor=current_user, now=now())
        application = actions.start(round_, owner, actor=current_user, now=now())
    return redirect(url_for(".show", public_id=application.public_id) if outcome else url_for(".index"))


@pages.get("/wnioski/<public_id>")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def show(application: Application) -> ResponseReturnValue:
    spec, moment = queries.form(application), now()
    blockers = actions.blockers_to_submit(application, moment)
    closes = (
        timetable(application.round).call_closes(moment) if queries.call_is_open(application.round, moment) else None
    )
    return page(
        application=application,
        spec=spec,
        summaries=summaries(spec, application.answers, queries.facts(application)),
        missing=[(b, place_of(spec, b.at, language()), _section(spec, b.at)) for b in blockers],
        closes=closes,
        left=left(moment, closes) if closes else "",
        steps=steps_from(application.status),
        may_write=may(current_user, May.WRITE_APPLICATION, application),
        may_send=may(current_user, May.SEND_APPLICATION, application),
        withdrawing=WithdrawForm(),
    )


def _section(spec: queries.FormSpec, at: str) -> str:
    try:
        return spec.section_of(at.split(".")[0]).key
    except KeyError:
        return ""


@pages.get("/wnioski/<public_id>/podglad")
@needs(May.READ_OWN_APPLICATION, of=queries.by_public_id)
def preview(application: Application) -> ResponseReturnValue:
    spec = queries.form(application)
    sections = read(spec, application.answers, queries.facts(application), language())
    return page(application=application, sections=sections)


@pages.post("/wnioski/<public_id>/zloz")
@needs(May.SEND_APPLICATION, of=queries.by_public_id)
def submit(application: Application) -> ResponseReturnValue:
    with attempt(_("Wniosek jest złożony. Potwierdzenie przyjdzie też e-mailem.")) as outcome:
        actions.submit(application, actor=current_user, now=g.arrived)
    if any(blocker.reason is Reason.CALL_CLOSED for blocker in outcome.blockers):
        with attempt():
            actions.note_late_attempt(application, actor=current_user, now=g.arrived)
    return redirect(url_for(".show", public_id=application.public_id))


@pages.post("/wnioski/<public_id>/popraw")
@needs(May.WRITE_APPLICATION, of=queries.by_public_id)
def reopen(application: Application) -> ResponseReturnValue:
    with attempt(_("Możesz poprawiać. Dopóki nie złożysz ponownie, ważna jest poprzednia wersja.")):
        actions.reopen(application, actor=current_user, now=g.arrived)
    return redirect(url_for(".show", public_id=application.public_id))


@pages.post("/wnioski/<public_id>/wycofaj")
@needs(May.SEND_APPLICATION, of=queries.by_public_id)
def withdraw(application: Application) -> ResponseReturnValue:
    reason = WithdrawForm().reason.data or ""
    with attempt(_("Wniosek jest wycofany.")):
        actions.withdraw(application, reason=reason, actor=current_user, now=now())
    return redirect(url_for(".show", public_id=application.public_id))
