"""Moving the close of a call: seen before it is done, one truth for every check, told to everybody concerned."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores, worker
from strefa.cli.invariants.closing import extensions, outages, sent_in_time
from strefa.cli.invariants.kept import rounds_as_loaded
from strefa.contest.applications.models import Application, Extension
from strefa.contest.rounds import actions as rounds_actions
from strefa.contest.rounds import template_file
from strefa.contest.rounds.models import Outage, Round
from strefa.contest.screening import queries as screening
from strefa.infra.clock import Clock
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from strefa.rules.refusal import Reason
from tests import world
from tests.pages import Pages

ROUND = "/biuro/edycje/strefa-eksperymentu-2027/koniec-naboru"
PUBLIC = "/edycje/strefa-eksperymentu-2027"
CLOSES = world.NOON + timedelta(days=10, hours=3)  # 11 February, 15:00 in Warsaw
LATER = CLOSES + timedelta(days=1)
REASON = "Serwer nie przyjmował wniosków przez godzinę."
REASON_EN = "The server took no applications for an hour."
FOR_ALL = {"whom": "all", "until": "2027-02-12 15:00", "reason": REASON, "reason_en": REASON_EN}
FOR_ONE = {"whom": "one", "until": "2027-02-12 15:00", "reason": "Biblioteka była zalana w ostatnim dniu naboru."}
DOWN = {"starts": "2027-02-11 14:00", "ends": "2027-02-11 15:00", "what": "Serwer nie odpowiadał.", "what_en": "The server did not answer."}  # fmt: skip


@pytest.fixture
def staff(store: Session, pages: Pages) -> Pages:
    return pages.sign_in(world.a_person(Role.COORDINATOR, email="biuro@example.org"))


def text(page: Any) -> str:
    (main,) = html.fromstring(page.get_data()).xpath("//main")
    return " ".join(" ".join(main.itertext()).replace("\xa0", " ").split())


def letters(store: Session, template: str) -> list[Message]:
    return list(store.scalars(select(Message).where(Message.template == template).order_by(Message.id)))


def fresh(store: Session, thing: Any) -> Any:
    store.expire_all()
    return store.get_one(type(thing), thing.id)


def broken() -> list[str]:
    return [line for invariant in (rounds_as_loaded, extensions, outages, sent_in_time) for line in invariant()]


def test_the_preview_says_whom_it_concerns_and_changes_nothing(store: Session, staff: Pages) -> None:
    world.an_application(contact_email="Kontakt@example.org")
    world.an_application(Status.SUBMITTED)
    world.an_application(Status.WITHDRAWN)
    shown = staff.post(f"{ROUND}/sprawdz", FOR_ALL)
    said = text(shown)
    assert shown.status_code == 200
    assert "Nabór dla wszystkich skończy się: piątek, 12 lutego 2027, 15:00" in said
    assert "wersje robocze 1 złożone wnioski 1 wycofane wnioski 1 organizacje 3" in said
    assert "List dostaną 4 osoby i koordynacja programu" in said
    assert "zaczyna się: ocena formalna" in said
    assert store.query(Extension).count() == 0
    assert letters(store, "call_extended") == []
    assert fresh(store, world.a_round()).closes_at == CLOSES


def test_an_extension_for_all_moves_every_check_and_tells_everybody_once(
    store: Session, staff: Pages, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person(email="ala@example.org", language="en")
    owner = world.an_organisation(ala)
    draft = world.an_application(by=ala, organisation=owner, contact_email="ALA@example.org", reminded_hours=6)
    sent = world.an_application(Status.SUBMITTED, by=ala, organisation=owner)
    clock.set(CLOSES + timedelta(minutes=20))
    hers = pages.sign_in(ala)
    refused = hers.send_application(draft.public_id)
    before = worker.papers.forms_to_ask()

    assert staff.post(ROUND, FOR_ALL).status_code == 302
    assert staff.post(ROUND, FOR_ALL).status_code == 302, "a double click"

    assert refused.status_code == 422
    round_ = fresh(store, world.a_round())
    assert round_.closes_at == LATER
    assert store.query(Extension).count() == 1
    told = letters(store, "call_extended")
    assert [letter.to for letter in told] == ["ala@example.org", "biuro@example.org"]
    subject, body = rendered(told[0])
    assert REASON_EN in body
    assert subject.replace("\xa0", " ") == "The call is extended, new close: 12 February 2027, 15:00"
    assert REASON in rendered(told[1])[1]
    assert worker.papers.forms_to_ask() != before, "the printed form says the new close"
    clock.set(LATER - timedelta(milliseconds=1))
    assert f'data-countdown="{LATER.isoformat()}"' in hers.get(f"/moje/wnioski/{draft.public_id}").text
    reopened = hers.post(f"/moje/wnioski/{sent.public_id}/popraw")
    assert (reopened.status_code, fresh(store, sent).status) == (302, Status.REOPENED)
    assert staff.get(f"{PUBLIC}").status_code == 200
    public = text(pages.get(PUBLIC))
    assert "koniec piątek, 12 lutego 2027, 15:00 zamiast czwartek, 11 lutego 2027, 15:00" in public
    assert REASON in public
    assert REASON_EN in text(pages.in_english().get(PUBLIC))
    assert hers.post("/moje/nowy/strefa-eksperymentu-2027", {"name": "Druga biblioteka"}).status_code == 302
    clock.set(LATER)
    assert fresh(store, sent).status is Status.REOPENED, "its last sent version counts"
    assert [word.passed for word in screening.machine(loaded(sent), sent.submissions[-1]) if word.key == "F1"] == [True]
    assert broken() == []


def loaded(application: Application) -> Application:
    from strefa.contest.applications import queries

    found = queries.by_public_id(application.public_id)
    assert found is not None
    return found


@pytest.mark.parametrize("late", [timedelta(milliseconds=-1), timedelta(0)])
def test_the_new_close_is_exclusive_to_the_millisecond(
    store: Session, staff: Pages, pages: Pages, clock: Clock, late: timedelta
) -> None:
    ala = world.a_person()
    draft = world.an_application(by=ala)
    staff.post(ROUND, FOR_ALL)
    clock.set(LATER + late)
    answer = pages.sign_in(ala).send_application(draft.public_id)
    assert answer.status_code == (302 if late else 422)
    if late:
        clock.set(LATER)
        assert [word.passed for word in screening.machine(loaded(draft), loaded(draft).submissions[-1]) if word.key == "F1"] == [True]  # fmt: skip


def test_a_draft_is_reminded_anew_of_a_moved_close(store: Session, staff: Pages, clock: Clock) -> None:
    draft = world.an_application(by=world.a_person(), reminded_hours=6)
    clock.set(CLOSES + timedelta(minutes=5))
    staff.post(ROUND, FOR_ALL)
    counts = []
    for hours in (23, 7, 6, 1, 0):
        clock.set(LATER - timedelta(hours=hours))
        chores.remind_once()
        counts.append(len(letters(store, "reminder")))
    assert counts == [0, 0, 1, 1, 1], "the letter of the extension has just said what an earlier reminder would"
    assert fresh(store, draft).reminded_hours == 6


def test_a_close_is_not_moved_backwards_nor_without_words_nor_once_the_check_has_begun(
    store: Session, staff: Pages, clock: Clock
) -> None:
    world.an_application(Status.ELIGIBLE)
    for typed, said in (
        ({"until": "2027-02-11 15:00"}, "Nowy koniec musi być późniejszy niż obecny: 11 lutego 2027, 15:00."),
        ({"until": "2027-02-01 10:00"}, "Ta chwila już minęła"),
        ({"until": "kiedyś"}, "kiedyś"),
        ({"reason": "awaria"}, "co najmniej 10 znaków"),
        ({"reason_en": ""}, "co najmniej 10 znaków"),
        ({}, "Ocena formalna się zaczęła: 1 wniosek jest już oceniony."),
    ):
        for address in (ROUND, f"{ROUND}/sprawdz"):
            answer = staff.post(address, FOR_ALL | typed)
            assert (answer.status_code, said in text(answer)) == (422, True), (typed, text(answer))
    assert store.query(Extension).count() == 0
    round_ = world.a_round(decided_at=world.NOON)
    assert "Decyzje" in text(staff.post(ROUND, FOR_ALL))
    assert fresh(store, round_).closes_at == CLOSES


def test_a_file_loaded_after_an_extension_does_not_undo_it(store: Session, staff: Pages) -> None:
    staff.post(ROUND, FOR_ALL)
    source = template_file.shipped("strefa-eksperymentu")
    rounds_actions.load(template_file.load(source), source, actor=None, now=world.NOON)
    assert fresh(store, world.a_round()).closes_at == LATER
    assert broken() == []


def test_an_exception_lets_one_draft_be_sent_and_the_card_says_why(
    store: Session, staff: Pages, pages: Pages, clock: Clock
) -> None:
    ala, ola = world.a_person(email="ala@example.org"), world.a_person(email="ola@example.org")
    draft, other = world.an_application(by=ala), world.an_application(by=ola)
    name = draft.applicant_name
    clock.set(CLOSES + timedelta(hours=1))
    shown = staff.post(f"{ROUND}/sprawdz", FOR_ONE | {"applicant": name})
    assert "wersja robocza rozpoczęta 1.02.2027, 12:00" in text(shown), "the hour tells two of one day apart"
    assert draft.title not in shown.text, "drafts are nobody's to read"
    assert staff.post(ROUND, FOR_ONE | {"applicant": name}).status_code == 422, "which one is not said"
    done = staff.post(ROUND, FOR_ONE | {"applicant": name, "application": draft.public_id})
    assert done.status_code == 302
    assert [letter.to for letter in letters(store, "late_exception")] == ["ala@example.org", "biuro@example.org"]
    assert FOR_ONE["reason"] in rendered(letters(store, "late_exception")[0])[1]

    clock.set(LATER - timedelta(milliseconds=1))
    hers, his = pages.sign_in(ala), pages.sign_in(ola)
    assert f'data-countdown="{LATER.isoformat()}"' in hers.get(f"/moje/wnioski/{draft.public_id}").text
    assert his.send_application(other.public_id).status_code == 422
    assert hers.send_application(draft.public_id).status_code == 302
    decided = staff.get(f"/biuro/wnioski/{draft.public_id}/ocena-formalna")
    assert "dopuszczono go wyjątkowo do: 12 lutego 2027, 15:00. Powód: Biblioteka była zalana" in text(decided)
    clock.set(LATER)
    assert hers.post(f"/moje/wnioski/{draft.public_id}/popraw").status_code == 302
    assert fresh(store, draft).status is Status.SUBMITTED, "the exception is over, too"
    assert "Biblioteka była zalana" not in pages.get(PUBLIC).text, "an exception is nobody else's"
    assert broken() == []


def test_nobody_decides_on_an_application_that_may_be_sent_by_exception_yet(
    store: Session, staff: Pages, clock: Clock
) -> None:
    from strefa.contest.screening import actions

    sent = world.an_application(Status.SUBMITTED)
    clock.set(CLOSES + timedelta(hours=1))
    staff.post(ROUND, FOR_ONE | {"applicant": sent.number or ""})
    found = actions.blockers_to_decide(loaded(sent), {}, LATER - timedelta(seconds=1))
    assert (found[0].reason, found[0].values["closes"]) == (Reason.CALL_STILL_OPEN, LATER)
    assert actions.blockers_to_decide(loaded(sent), {}, LATER)[0].reason is Reason.FORMAL_NOT_JUDGED


def test_an_exception_lets_one_application_be_begun_and_no_second(
    store: Session, staff: Pages, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    owner = world.an_organisation(ala, nip="5260250274")
    clock.set(CLOSES + timedelta(hours=1))
    hers = pages.sign_in(ala)
    begin = {"organisation": owner.public_id}
    assert hers.post("/moje/nowy/strefa-eksperymentu-2027", begin).headers["Location"] == "/moje"
    assert staff.post(ROUND, FOR_ONE | {"applicant": "526-025-02-74", "application": "new"}).status_code == 302
    assert "/moje/nowy/strefa-eksperymentu-2027" in hers.get("/moje").text
    begun = hers.post("/moje/nowy/strefa-eksperymentu-2027", begin).headers["Location"]
    (application,) = store.scalars(select(Application)).all()
    assert begun.endswith(application.public_id)
    assert application.late_until == LATER
    hers.post(f"{begun}/b", {"revision": "0", "b1_title": "Zalana czytelnia"})
    assert hers.post("/moje/nowy/strefa-eksperymentu-2027", begin).headers["Location"] == "/moje"
    assert store.query(Application).count() == 1
    assert broken() == []


def test_an_applicant_that_is_nobody_or_several_is_said_so(store: Session, staff: Pages) -> None:
    world.an_organisation(name="Biblioteka w Dębnie")
    world.an_organisation(name="Biblioteka w Dębem")
    for typed, said in (
        ("Biblioteka w Atlantydzie", "Nie ma takiego wniosku"), ("", "Nie ma takiego wniosku"),
        ("SE-2027-9999", "Nie ma takiego wniosku"), ("biblioteka", "Pasuje kilka organizacji: Biblioteka w Dębem, Biblioteka w Dębnie"),
    ):  # fmt: skip
        answer = staff.post(f"{ROUND}/sprawdz", FOR_ONE | {"applicant": typed})
        assert (answer.status_code, said in text(answer)) == (422, True), text(answer)


def test_an_outage_is_logged_told_anew_and_public(store: Session, staff: Pages, pages: Pages, clock: Clock) -> None:
    clock.set(CLOSES + timedelta(minutes=10))
    assert staff.post(f"{ROUND}/awarie", DOWN | {"ends": ""}).status_code == 302
    assert staff.post(f"{ROUND}/awarie", DOWN | {"ends": ""}).status_code == 302, "a double click"
    (first,) = store.scalars(select(Outage)).all()
    assert "11.02.2027, 14:00 – trwa: Serwer nie odpowiadał." in text(pages.get(PUBLIC))
    assert staff.post(f"{ROUND}/awarie", DOWN | {"key": first.key}).status_code == 302
    public = text(pages.get(PUBLIC))
    assert "11.02.2027, 14:00 – 11.02.2027, 15:00: Serwer nie odpowiadał. wersja 2" in public
    assert "trwa: Serwer" not in public
    staff.post(ROUND, FOR_ALL | {"outage": first.key})
    assert store.scalars(select(Extension)).one().outage_id == store.scalars(select(Outage.id).where(Outage.version == 2)).one()  # fmt: skip
    for typed, said in (
        ({"starts": "2027-02-11 15:20"}, "ta chwila dopiero nadejdzie"),
        ({"ends": "2027-02-11 13:00"}, "Koniec awarii jest przed jej początkiem"),
        ({"starts": "nie wiem", "ends": "też nie"}, "nie wiem"),
        ({"what": "Nic"}, "co najmniej 10 znaków"),
    ):
        answer = staff.post(f"{ROUND}/awarie", DOWN | typed)
        assert (answer.status_code, said in text(answer)) == (422, True), text(answer)
    assert store.query(Outage).count() == 2
    verbs = [entry.verb for entry in store.scalars(select(Entry).order_by(Entry.sequence))]
    assert verbs[-3:] == ["log_outage", "log_outage", "extend_call"]
    assert broken() == []


def test_the_office_reads_the_reason_of_an_extension_in_her_language(store: Session, staff: Pages) -> None:
    staff.post(ROUND, FOR_ALL)
    assert REASON in text(staff.get(ROUND))
    staff.post("/jezyk", {"language": "en"})
    assert (REASON_EN in text(page := staff.get(ROUND)), REASON in text(page)) == (True, False)


def test_the_end_of_a_logged_outage_is_added_without_typing_the_rest_again(
    store: Session, staff: Pages, clock: Clock
) -> None:
    clock.set(CLOSES + timedelta(minutes=10))
    staff.post(f"{ROUND}/awarie", DOWN | {"ends": ""})
    (first,) = store.scalars(select(Outage)).all()
    ended = {"key": first.key, "starts": "", "ends": DOWN["ends"], "what": " ", "what_en": ""}
    assert staff.post(f"{ROUND}/awarie", ended).status_code == 302
    second = store.scalars(select(Outage).where(Outage.version == 2)).one()
    assert (second.starts_at, second.what, second.what_en) == (first.starts_at, first.what, first.what_en)
    assert second.ends_at == CLOSES
    answer = staff.post(f"{ROUND}/awarie", ended | {"key": ""})
    assert (answer.status_code, "Podaj" in text(answer) or "nie jest datą" in text(answer)) == (422, True)
    assert store.query(Outage).count() == 2, "a new outage needs all of it"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda store: setattr(store.query(Round).one(), "extended_to", []), "koniec naboru nie jest ten z przedłużeń"),
        (lambda store: setattr(store.query(Round).one(), "closes_at", CLOSES), "co innego niż w pliku edycji"),
        (lambda store: setattr(store.query(Extension).first(), "reason", "Inny powód"), "o przedłużeniu"),
        (lambda store: setattr(store.query(Application).first(), "late_until", LATER), "termin z wyjątku"),
        (lambda store: setattr(store.query(Outage).one(), "what", "Nic nie było"), "o awarii"),
    ],
)
def test_strefa_check_finds_a_close_that_nobody_moved(
    store: Session, staff: Pages, clock: Clock, change: Any, said: str
) -> None:
    world.an_application()
    clock.set(CLOSES + timedelta(minutes=10))
    staff.post(f"{ROUND}/awarie", DOWN)
    staff.post(ROUND, FOR_ALL)
    assert broken() == []
    change(store)
    store.commit()
    assert any(said in line for line in broken())


def test_strefa_check_finds_a_version_that_came_too_late(store: Session) -> None:
    sent = world.an_application(Status.SUBMITTED)
    assert list(sent_in_time()) == []
    loaded(sent).submissions[-1].sent_at = CLOSES
    store.commit()
    assert list(sent_in_time()) == [f"wniosek {sent.number}, wersja 1: przyszła poza czasem naboru"]
