"""The page that sends again what was typed: every word is there under its question, and no password."""

from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from lxml import html
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField

from strefa.contest.people.models import Person
from strefa.contest.rounds.queries import template_of
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from strefa.web.resending import NOT_KEPT
from tests import world
from tests.answers import of_section
from tests.pages import Pages
from tests.web.juror.test_story import card

STALE = {"csrf_token": "old"}
SECTIONS = "abcdefgi"

BUTTONS_ALONE = {
    "account.clauses.read", "account.overview.end", "account.own_data.ask", "account.own_data.ask_erasure",
    "account.own_data.fetch", "account.own_data.withdraw", "account.password.change", "account.password.reset", "account.reminders.choose",
    "account.reminders.stop", "account.second_factor.confirm",
    "account.second_factor.create", "account.sharing.create",
    "account.signing_out.create", "account.signing_out.everywhere",
    "account.signing_up.confirm", "applicant.card.take_over", "applicant.copying.create", "applicant.files.create", "applicant.files.remove",
    "applicant.pieces.append", "applicant.pieces.begin", "applicant.pieces.drop",
    "applicant.history.restore", "applicant.organisations.take_back", "applicant.presence.note",
    "applicant.sending.discard", "applicant.sending.reopen", "applicant.sending.submit", "applicant.signing.ask",
    "office.cards.call_third", "office.formal_list.publish", "office.decisions.approve", "office.decisions.promote", "office.decisions.publish",
    "office.jury.apply", "office.messages.send", "office.notices.end", "office.papers.retry", "office.people.disable",
    "office.erasure.erase", "office.retention.release",
    "office.people.enable", "office.people.end_sign_ins", "office.people.forget_second_factor",
    "office.people.send_link", "office.ranking.propose", "office.team.end", "office.team.send_again",
    "office.team.take_back", "public.demo.advance", "public.language.choose",
}  # fmt: skip
"""What is sent to these is a button, a file, a password or a code: none of it is shown."""


def shown(answer: Any) -> list[tuple[str, list[str]]]:
    """Return what the page says was typed: each label with its texts."""
    texts: list[tuple[str, list[str]]] = []
    for node in html.fromstring(answer.text).xpath("//main//dl/*"):
        text = node.text_content().replace("\N{NO-BREAK SPACE}", " ")
        if node.tag == "dt":
            texts.append((text, []))
        else:
            texts[-1][1].append(text)
    return texts


def carried(answer: Any) -> list[tuple[str, str]]:
    """Return what the page sends again, without its token."""
    (form,) = html.fromstring(answer.text).xpath("//main//form")
    return [(name, value) for name, value in form.form_values() if name != "csrf_token"]


def hers(pages: Pages, language: str = "pl") -> tuple[Pages, str]:
    """Return a librarian's visitor and the address of her draft."""
    ala = world.a_person(language=language)
    return pages.sign_in(ala), f"/moje/wnioski/{world.an_application(by=ala).public_id}"


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_answer_stands_under_its_question_and_every_choice_under_its_name(
    store: Session, pages: Pages, language: str
) -> None:
    visitor, address = hers(pages, language)
    spec = template_of(world.a_round()).form
    for letter in SECTIONS:
        sent = MultiDict(of_section(letter))
        answer = visitor.post(f"{address}/{letter}", of_section(letter) | STALE)
        told = dict(shown(answer))
        section = spec.section(letter)
        labels = {f"{field.code}. {field.label.in_language(language)}" for field in section.fields}
        assert told.keys() <= labels, letter
        options = [option for field in section.fields for part in (field, *field.columns) for option in part.options]
        names = {option.key: option.label.in_language(language) for option in options}
        names |= {"y": "tak", "yes": "tak", "no": "nie"} if language == "pl" else {"y": "yes"}
        expected = [names.get(value, value) for _name, value in sent.items(multi=True) if value]
        said = [text for texts in told.values() for text in texts]
        assert [text for text in expected if not any(one == text or one.endswith(f": {text}") for one in said)] == []
        assert len(said) == len(expected)
        assert carried(answer) == list(sent.items(multi=True))


def test_rows_ticks_and_days_say_which_they_are(store: Session, pages: Pages) -> None:
    visitor, address = hers(pages)
    plan = dict(shown(visitor.post(f"{address}/d", of_section("d") | STALE)))
    first = next(texts for label, texts in plan.items() if label.startswith("D1."))
    assert first[0].startswith("Wiersz 1 · ")
    assert first[0].endswith(": Dyżury wieczorne")
    assert first[4].startswith("Wiersz 2 · ")
    days = dict(shown(visitor.post(f"{address}/b", of_section("b") | STALE)))
    assert ["od: 2027-05-04", "do: 2027-09-30"] in days.values()
    ((label, ticks),) = shown(visitor.post(f"{address}/i", of_section("i") | STALE))
    assert label.startswith("I1. ")
    assert all(tick.endswith(": tak") for tick in ticks)
    who = dict(shown(visitor.post(f"{address}/a", of_section("a") | STALE)))
    assert ["wiejska"] in who.values()


def test_a_choice_between_two_texts_is_said_in_words(store: Session, pages: Pages) -> None:
    visitor, address = hers(pages)
    sent = {"c1_need": "Mój tekst.", "take-c1_need": "theirs", "revision": "2"}
    ((label, texts),) = shown(visitor.post(f"{address}/c", sent | STALE))
    assert label.startswith("C1. ")
    assert texts == ["Mój tekst.", "weź drugi"]


def test_a_field_that_no_form_knows_is_shown_all_the_same(store: Session, pages: Pages) -> None:
    visitor, address = hers(pages)
    answer = visitor.post(f"{address}/c", {"c99_old": "Zdanie z dawnego pytania."} | STALE)
    assert shown(answer) == [("Inne pole", ["Zdanie z dawnego pytania."])]


def test_a_card_says_its_criteria_and_its_marks_as_the_card_does(store: Session, pages: Pages) -> None:
    assignment = world.an_assignment(world.an_application(Status.ELIGIBLE), juror := world.a_juror())
    address = f"/jury/wnioski/{assignment.public_id}"
    answer = pages.sign_in(juror).post(address, card("4", mark_novelty="3.5", step="submit") | STALE)
    told = dict(shown(answer))
    name = template_of(world.a_round()).scoring.criteria[0].name.in_language("pl")
    assert told[name] == ["3½"]
    assert told[f"Uzasadnienie: {name}"][0].startswith("Pytanie jest postawione uczciwie")
    assert len(told) == 14
    assert ("step", "submit") in carried(answer), "the button that was pressed is pressed again"


@pytest.mark.parametrize(
    ("address", "sent", "told"),
    [
        ("/konto/nowe", {"name": "Ala", "email": "ala@example.org", "password": "kwaśne jabłka w sadzie"},
         [("Imię i nazwisko", ["Ala"]), ("E-mail", ["ala@example.org"])]),
        ("/konto/haslo", {"current": "stare kwaśne jabłka", "password": "nowe kwaśne jabłka"}, []),
        ("/moje/organizacje/nowa", {"name": "Pod Lipą", "commune_kind": "urban_rural", "voivodeship": "śląskie"},
         [("Pełna nazwa", ["Pod Lipą"]), ("Rodzaj gminy", ["miejsko-wiejska"]), ("Województwo", ["śląskie"])]),
        ("/moje/nowy/strefa-eksperymentu-2027", {"name": "Pod Lipą"},
         [("Pełna nazwa biblioteki albo organizacji", ["Pod Lipą"])]),
        ("/jezyk", {"language": "en", "next": "/"}, []),
        ("/nie/ma", {"name": "Ala"}, None),
        ("/biuro/osoby/nowa", {"name": "Ola", "administrator": "y"}, None),
    ],
)  # fmt: skip
def test_other_forms_say_the_labels_of_their_fields(
    store: Session, pages: Pages, address: str, sent: dict[str, str], told: Any
) -> None:
    world.a_round()
    answer = pages.sign_in(world.a_person()).post(address, sent | STALE)
    assert "jabłka" not in answer.text
    if told is None:
        assert answer.status_code == 404, "what is not there for her says nothing"
    else:
        assert (answer.status_code, shown(answer)) == (400, told)


def test_labels_speak_the_language_of_whoever_is_looking(store: Session, pages: Pages) -> None:
    answer = pages.sign_in(world.a_person(language="en")).post("/konto/nowe", {"name": "Ala"} | STALE)
    assert shown(answer) == [("First name and surname", ["Ala"])]


def test_the_office_reads_its_forms_back_too(store: Session, pages: Pages) -> None:
    application = world.an_application(Status.SUBMITTED)
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    sent = {"F1-passed": "no", "F1-note": "Brak podpisu.", "F2-passed": "yes"}
    told = shown(office.post(f"/biuro/wnioski/{application.public_id}/ocena-formalna", sent | STALE))
    assert [label[:3] for label, _texts in told] == ["F1.", "F2."]
    assert told[0][1] == ["Spełnione? nie", "Uwagi: Brak podpisu."]
    team = {"name": "Ola", "email": "ola@example.org", "role": "chair"}
    told = shown(office.post("/biuro/edycje/strefa-eksperymentu-2027/zespol", team | STALE))
    assert [label for label, _texts in told] == ["Imię i nazwisko", "E-mail", "Rola"]
    assert told[2][1] != ["chair"]


def test_after_signing_in_again_the_questions_are_those_of_ones_own_application_alone(
    store: Session, pages: Pages
) -> None:
    ala, ola = (world.with_password(world.a_person(email=f"{name}@example.org")) for name in ("ala", "ola"))
    address = f"/moje/wnioski/{world.an_application(by=ala).public_id}/c"

    def told_to(person: Person, address: str) -> list[tuple[str, list[str]]]:
        visitor = Pages(pages.app).known_to(person)
        kept = dict(carried_by_sign_in(visitor.post(address, {"c1_need": "Mój tekst."})))
        sent = {"email": person.email, "password": world.PASSWORD}
        return shown(visitor.post("/konto/logowanie", kept | sent))

    ((label, texts),) = told_to(ala, address)
    assert label.startswith("C1. ")
    assert texts == ["Mój tekst."]
    assert told_to(ola, address) == told_to(ola, "/moje/wnioski/aaaaaaaaaa/c") == [("Inne pole", ["Mój tekst."])]


def carried_by_sign_in(answer: Any) -> list[tuple[str, str]]:
    forms = html.fromstring(answer.text).forms
    form = next(form for form in forms if "kept" in form.fields)
    return [("kept", form.fields["kept"])]


def test_what_a_sign_in_page_keeps_outlives_its_own_token(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    address = f"/moje/wnioski/{world.an_application(by=ala).public_id}/c"
    kept = dict(carried_by_sign_in(pages.post(address, {"c1_need": "Mój tekst."})))
    signed_in_elsewhere = pages.sign_in(ala)
    answer = signed_in_elsewhere.post("/konto/logowanie", {"email": ala.email, "password": "jabłka"} | kept | STALE)
    assert carried(answer) == [("c1_need", "Mój tekst.")]
    (form,) = html.fromstring(answer.text).xpath("//main//form")
    assert form.get("action") == address
    assert "jabłka" not in answer.text


def test_every_view_that_reads_a_form_says_which(app: Flask) -> None:
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    silent = {endpoint for endpoint in posted if not hasattr(app.view_functions[endpoint], "asks")}
    assert silent - BUTTONS_ALONE == set(), "say by @asks which form it reads, or list it here when it reads none"


def test_no_password_of_any_form_is_kept(app: Flask) -> None:
    forms, secret = list(FlaskForm.__subclasses__()), set[str]()
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        fields = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
        secret |= {name for name, field in fields.items() if getattr(field, "field_class", None) is PasswordField}
    assert {"password", "current"} <= secret <= NOT_KEPT
