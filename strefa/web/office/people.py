"""Everybody with an account, for administrators: find, add, shut, help somebody who lost her phone."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from strefa.contest.people import actions, queries, sign_in_actions
from strefa.contest.people.models import Person
from strefa.contest.privacy import erasure_queries
from strefa.contest.rounds import queries as rounds
from strefa.infra.clock import now
from strefa.infra.i18n import _
from strefa.rules.policy import May
from strefa.web.guard import attempt, needs
from strefa.web.office.people_forms import NewPersonForm, SearchForm
from strefa.web.page import page
from strefa.web.resending import asks
from strefa.web.session import current_user, open_sign_ins

pages = Blueprint("people", __name__, url_prefix="/osoby")


@pages.get("")
@needs(May.MANAGE_PEOPLE)
def index() -> ResponseReturnValue:
    form = SearchForm(request.args)
    number = max(1, request.args.get("page", 1, type=int))
    people, last = queries.found(form.q.data or "", number)
    asked = len(erasure_queries.waiting())
    return page(people=people, number=min(number, last), last=last, form=form, asked=asked)


@pages.route("/nowa", methods=["GET", "POST"])
@needs(May.MANAGE_PEOPLE)
@asks(NewPersonForm)
def create() -> ResponseReturnValue:
    form = NewPersonForm()
    if not form.is_submitted() or not form.fits():
        return page(form=form), 422 if form.is_submitted() else 200
    public_id = ""
    with attempt(_("Konto jest założone. List z linkiem do hasła jest w drodze.")) as outcome:
        person = actions.add_person(
            form.email.data or "", form.name.data or "", None, form.chosen, None, actor=current_user, now=now()
        )
        public_id = person.public_id
    return redirect(url_for(".show", public_id=public_id)) if outcome else (page(form=form), 422)


@pages.get("/<public_id>")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def show(person: Person) -> ResponseReturnValue:
    return page(
        person=person,
        rounds={round_.id: round_ for round_ in rounds.listed()},
        organisations=queries.organisations_of(person),
        sign_ins=len(open_sign_ins(person)),
    )


@pages.post("/<public_id>/wylacz")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def disable(person: Person) -> ResponseReturnValue:
    with attempt(_("Konto jest wyłączone, logowania zakończone.")):
        actions.disable(person, actor=current_user, now=now())
    return redirect(url_for(".show", public_id=person.public_id))


@pages.post("/<public_id>/wlacz")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def enable(person: Person) -> ResponseReturnValue:
    with attempt(_("Konto jest znowu włączone.")):
        actions.enable(person, actor=current_user, now=now())
    return redirect(url_for(".show", public_id=person.public_id))


@pages.post("/<public_id>/wyloguj")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def end_sign_ins(person: Person) -> ResponseReturnValue:
    with attempt(_("Wszystkie logowania tej osoby są zakończone.")):
        sign_in_actions.end_all_sign_ins(person, actor=current_user, now=now())
    return redirect(url_for(".show", public_id=person.public_id))


@pages.post("/<public_id>/drugi-krok")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def forget_second_factor(person: Person) -> ResponseReturnValue:
    with attempt(_("Drugi krok jest wyłączony: przy następnym logowaniu ta osoba ustawi go na nowo.")):
        sign_in_actions.forget_second_factor(person, actor=current_user, now=now())
    return redirect(url_for(".show", public_id=person.public_id))


@pages.post("/<public_id>/haslo")
@needs(May.MANAGE_PEOPLE, of=queries.by_public_id)
def send_link(person: Person) -> ResponseReturnValue:
    with attempt(_("List z linkiem do nowego hasła jest w drodze.")):
        actions.ask_for_reset(person.email, now=now())
    return redirect(url_for(".show", public_id=person.public_id))
