"""People who want to be forgotten: who asks, what goes and what stays, and doing it."""

from urllib.parse import quote, urlencode

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import queries
from strefa.contest.people.models import Person
from strefa.contest.privacy import erasure_actions, erasure_queries
from strefa.contest.privacy.models import ErasureRequest
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.outputs import letters
from strefa.rules.policy import May
from strefa.web.guard import attempt, needs
from strefa.web.office.privacy_forms import ReasonForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user

pages = Blueprint("erasure", __name__, url_prefix="/osoby")


@pages.get("/prosby-o-usuniecie")
@needs(May.MANAGE_PEOPLE)
def requests() -> ResponseReturnValue:
    return page(waiting=erasure_queries.waiting())


@pages.get("/<public_id>/usuniecie-danych")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def show(person: Person) -> ResponseReturnValue:
    return _page(person, ReasonForm(formdata=None))


def _page(person: Person, form: ReasonForm) -> str:
    effects = erasure_queries.effects(person)
    subject, told = letters.erasure_told(person, kept=bool(effects.staying))
    return page(
        "office/erasure/show",
        person=person,
        asked=erasure_queries.open_request(person),
        effects=effects,
        subject=subject,
        told=told,
        mailto=f"mailto:{quote(person.email)}?{urlencode({'subject': subject, 'body': told}, quote_via=quote)}",
        blockers=erasure_queries.blockers_to_erase(person),
        form=form,
    )


@pages.post("/<public_id>/usuniecie-danych")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def erase(person: Person) -> ResponseReturnValue:
    public_id = person.public_id
    with attempt(_("Dane tej osoby są usunięte. To, co zrobiła w konkursie, zostało pod pseudonimem.")) as outcome:
        erasure_actions.erase_person(outcome.subject, actor=current_user, now=now())
    return redirect(url_for("office.people.show" if outcome else ".show", public_id=public_id))


@pages.post("/prosby-o-usuniecie/<public_id>/odmowa")
@needs(May.MANAGE_PEOPLE, of=erasure_queries.by_public_id)
@asks(ReasonForm)
def refuse(request: ErasureRequest) -> ResponseReturnValue:
    form, person = ReasonForm(), request.person
    with attempt(_("Odmowa jest zapisana. Ta osoba dostanie list z powodem.")) as outcome:
        erasure_actions.refuse_erasure(outcome.subject, form.reason.data or "", actor=current_user, now=now())
    if not outcome:
        return redirect(url_for(".show", public_id=person.public_id))
    return redirect(url_for(".requests"))
