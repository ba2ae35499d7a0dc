"""Invitations: a letter, a link that claims nothing by itself, a button that does."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from strefa.contest.jury import actions as jury
from strefa.contest.jury.models import JuryMember
from strefa.contest.people import invitation_actions
from strefa.contest.people.models import Invitation, Person, RoundRole
from strefa.contest.privacy.models import ClauseReading
from strefa.contest.rounds.models import ClauseVersion, Round
from strefa.infra import security
from strefa.infra.clock import Clock
from strefa.infra.database import saving
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.policy import OrganisationRole, Role
from strefa.rules.refusal import Reason, Refused
from tests import world
from tests.guards.scene import another_round
from tests.pages import Pages

NEW = {"name": "Lidia Szołtyskowa", "password": world.PASSWORD}


def invited(store: Session, role: Role = Role.JUROR, email: str = "lidia@example.org") -> str:
    """Invite somebody to the default round; returns the path of the link in the letter."""
    round_ = world.a_round()
    with saving():
        invitation_actions.invite_to_round(
            round_, email, "Lidia Szołtyskowa", role, "librarian", "śląskie", "Książnica", actor=None, now=world.NOON
        )
    return link(store)


def link(store: Session) -> str:
    message = store.scalars(select(Message).where(Message.template.like("invitation%")).order_by(Message.id.desc()))
    _subject, text = rendered(message.first() or Message())
    return next(line for line in text.splitlines() if line.startswith("http")).removeprefix("http://127.0.0.1:8000")


def roles_of(store: Session, person: Person, round_: Round) -> set[Role]:
    held = select(RoundRole.role).where(RoundRole.person_id == person.id, RoundRole.round_id == round_.id)
    return set(store.scalars(held))


def test_opening_the_link_claims_nothing(store: Session, pages: Pages) -> None:
    path = invited(store)
    for visitor in (pages, pages.sign_in(world.a_person())):
        assert "Zaproszenie" in visitor.get(path).get_data(as_text=True)
    assert store.scalar(select(RoundRole)) is None
    assert store.scalar(select(Invitation.claimed_at)) is None


def test_a_juror_without_an_account_opens_one_on_the_spot_and_stands_on_the_panel(store: Session, pages: Pages) -> None:
    path = invited(store)
    done = pages.post(path, NEW)
    assert done.status_code == 302
    person = store.scalars(select(Person)).one()
    assert (person.email, person.name) == ("lidia@example.org", "Lidia Szołtyskowa")
    assert roles_of(store, person, world.a_round()) == {Role.JUROR}
    member = store.scalars(select(JuryMember)).one()
    assert (member.background, member.voivodeship, member.affiliation) == ("librarian", "śląskie", "Książnica")
    assert pages.get("/konto").headers["Location"].startswith("/konto/drugi-krok/ustawienie"), "she is signed in"
    pages.post("/konto/wylogowanie")
    back = pages.post("/konto/logowanie", {"email": person.email, "password": NEW["password"]}).location
    assert back.startswith("/konto/drugi-krok/ustawienie"), "by the letter her browser is known, so no code is asked"


@pytest.mark.parametrize("wrong", [{"password": "krótkie"}, {"name": ""}])
def test_a_weak_password_or_no_name_opens_nothing(store: Session, pages: Pages, wrong: dict[str, str]) -> None:
    path = invited(store)
    assert pages.post(path, NEW | wrong).status_code == 422
    assert store.scalar(select(Person)) is None


def test_somebody_signed_in_takes_the_role_with_her_own_account(store: Session, pages: Pages) -> None:
    hers = pages.sign_in(person := world.a_person(email="lidia.prywatnie@example.org"))
    path = invited(store, Role.CHAIR)
    assert "lidia.prywatnie@example.org" in hers.get(path).get_data(as_text=True)
    hers.post(path)
    assert roles_of(store, person, world.a_round()) == {Role.CHAIR}


def said(page: Any) -> str:
    """Return what a page says has just happened."""
    told = html.fromstring(page.text).xpath("//div[@class='flashes']//p")
    return " ".join(" ".join(one.text_content().split()) for one in told)


@pytest.mark.parametrize(
    ("role", "named", "place"),
    [
        (Role.JUROR, "juror", "/jury"),
        (Role.CHAIR, "przewodniczenie jury", "/biuro/edycje/strefa-eksperymentu-2027"),
        (Role.COORDINATOR, "koordynacja programu", "/biuro/edycje/strefa-eksperymentu-2027"),
        (Role.APPROVER, "zatwierdzanie decyzji", "/biuro/edycje/strefa-eksperymentu-2027"),
        (Role.AUDITOR, "kontrola", "/biuro/edycje/strefa-eksperymentu-2027"),
    ],
)
def test_a_role_taken_is_confirmed_on_the_page_where_its_work_begins(
    store: Session, pages: Pages, role: Role, named: str, place: str
) -> None:
    beata = world.a_person(Role.COORDINATOR, name="Beata Terminowska")
    with saving():
        invitation_actions.invite_to_round(
            world.a_round(), "lidia@example.org", "Lidia", role, "librarian", "śląskie", actor=beata, now=world.NOON
        )
    hers = pages.sign_in(world.a_person(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", totp_confirmed_at=world.NOON))
    onward = hers.post(link(store)).headers["Location"]
    assert onward == place
    page = hers.get(onward)
    assert page.status_code == 200
    assert said(page) == (
        f"Zaproszenie jest przyjęte: Strefa Eksperymentu 2027, Twoja rola: {named}. Zaprasza: Beata Terminowska."
    )


@pytest.mark.parametrize("known", [True, False])
def test_joining_an_organisation_is_confirmed_on_its_page(store: Session, pages: Pages, known: bool) -> None:
    editor = world.a_person(name="Ewa Redakcyjna")
    one = world.an_organisation(editor)
    with saving():
        invitation_actions.invite_to_organisation(
            one, "lidia@example.org", OrganisationRole.READER, actor=editor, now=world.NOON
        )
    hers = pages.sign_in(world.a_person()) if known else Pages(pages.app)
    onward = hers.post(link(store), {} if known else NEW).headers["Location"]
    assert onward == f"/moje/organizacje/{one.public_id}"
    told = said(hers.get(onward))
    assert told.startswith(f"Zaproszenie jest przyjęte: {one.name}, Twoja rola: wgląd. Zaprasza: Ewa Redakcyjna.")
    assert told.endswith("Konto jest otwarte.") is not known


@pytest.mark.parametrize("known", [True, False])
def test_whoever_joins_an_applicant_is_shown_the_clause_of_applicants_and_that_is_written_down(
    store: Session, pages: Pages, known: bool
) -> None:
    boss = world.a_person()
    library = world.an_organisation(boss, name="Biblioteka w Śremie")
    world.an_application(by=boss, organisation=library)
    with saving():
        invitation_actions.invite_to_organisation(
            store.merge(library), "lidia@example.org", OrganisationRole.EDITOR, actor=store.merge(boss), now=world.NOON
        )
    visitor = pages.sign_in(world.a_person(email="lidia@example.org", name="Lidia")) if known else pages
    path = link(store)
    assert "Klauzula o danych osobowych (wersja 1)" in visitor.get(path).text.replace("\xa0", " ")
    assert store.scalar(select(ClauseReading)) is None, "looking at the page is not joining"
    visitor.post(path, {} if known else NEW)
    read = select(ClauseVersion.audience).join(ClauseReading, ClauseReading.clause_id == ClauseVersion.id)
    assert store.scalars(read).all() == ["applicant"]


def test_each_of_several_clauses_stands_under_the_name_of_its_round(store: Session, pages: Pages) -> None:
    boss = world.a_person()
    library = world.an_organisation(boss)
    world.an_application(by=boss, organisation=library)
    earlier = another_round(2026)
    world.an_application(by=boss, organisation=library, round_=earlier)
    with saving():
        invitation_actions.invite_to_organisation(
            store.merge(library), "lidia@example.org", OrganisationRole.EDITOR, actor=store.merge(boss), now=world.NOON
        )
    page = html.fromstring(pages.get(link(store)).text)
    names = [heading.text_content().replace("\xa0", " ") for heading in page.xpath("//main//h2")][1:]
    assert names == [world.a_round().name, earlier.name]
    assert len(page.xpath("//main//details")) == 2
    assert page.text_content().count("Zapiszemy, kiedy") == 1


def test_whoever_joins_an_organisation_that_applies_nowhere_is_shown_no_clause(store: Session, pages: Pages) -> None:
    library, boss = world.an_organisation(name="Biblioteka w Śremie"), world.a_person()
    world.a_round()
    with saving():
        invitation_actions.invite_to_organisation(
            store.merge(library), "lidia@example.org", OrganisationRole.EDITOR, actor=store.merge(boss), now=world.NOON
        )
    assert "Klauzula" not in pages.get(link(store)).text


def test_a_new_juror_is_told_that_she_is_in_before_she_sets_the_second_step_up(store: Session, pages: Pages) -> None:
    onward = pages.post(invited(store), NEW).headers["Location"]
    step = pages.get(onward).headers["Location"]
    assert step.startswith("/konto/drugi-krok/ustawienie?next=/jury")
    assert said(pages.get(step)).startswith("Zaproszenie jest przyjęte: Strefa Eksperymentu 2027, Twoja rola: juror.")


def test_a_known_address_is_asked_to_sign_in_and_comes_back(store: Session, pages: Pages) -> None:
    person = world.with_password(world.a_person(email="lidia@example.org"))
    path = invited(store, Role.AUDITOR)
    assert "jest już konto" in pages.get(path).get_data(as_text=True)
    assert roles_of(store, person, world.a_round()) == set()
    back = (
        pages.known_to(person)
        .post("/konto/logowanie", {"email": "lidia@example.org", "password": world.PASSWORD, "next": path})
        .headers["Location"]
    )
    assert back == path
    pages.post(back)
    assert roles_of(store, person, world.a_round()) == {Role.AUDITOR}


def test_a_link_works_once_in_its_time_and_only_with_its_token(store: Session, pages: Pages, clock: Clock) -> None:
    path = invited(store)
    assert pages.get(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 410
    clock.set(world.NOON + timedelta(days=15))
    assert pages.get(path).status_code == 410
    clock.set(world.NOON)
    pages.post(path, NEW)
    assert Pages(pages.app).get(path).status_code == 410
    assert "po prostu się zaloguj" in Pages(pages.app).get(path).text.replace("\xa0", " ")
    assert "masz już swoją rolę" in pages.sign_in(world.a_person()).get(path).text.replace("\xa0", " ")


def test_who_applies_in_the_round_is_told_why_she_cannot_judge_in_it(store: Session, pages: Pages) -> None:
    applicant = world.a_person()
    world.an_application(by=applicant)
    hers = pages.sign_in(applicant)
    hers.post(invited(store))
    assert "nie może być w niej jurorem" in hers.get("/konto").get_data(as_text=True)
    assert roles_of(store, applicant, world.a_round()) == set()
    assert store.scalar(select(Invitation.claimed_at)) is None


def test_a_juror_neither_begins_nor_writes_nor_sends_an_application_of_her_round(store: Session, pages: Pages) -> None:
    juror, colleague = world.a_juror(), world.a_person()
    library = world.an_organisation(juror, colleague)
    application = world.an_application(by=colleague, organisation=library)
    hers, theirs = pages.sign_in(juror), pages.sign_in(colleague)
    place = f"/moje/wnioski/{application.public_id}"
    assert hers.get(place).status_code == 200, "her library's application is hers to read"
    for address in (f"{place}/b", f"{place}/zloz", f"{place}/wycofaj", "/moje/nowy/strefa-eksperymentu-2027"):
        assert hers.post(address, {"revision": "1", "name": "x"}).status_code == 404, address
    assert theirs.send_application(application.public_id).status_code == 302


def test_an_applicant_is_not_put_on_the_panel_by_another_door(store: Session, pages: Pages) -> None:
    applicant = world.a_person()
    world.an_application(by=applicant)
    with pytest.raises(Refused) as refused, saving():
        jury.join_panel(world.a_round().id, applicant, "librarian", actor=None, now=world.NOON)
    assert [blocker.reason for blocker in refused.value.blockers] == [Reason.APPLICANT_CANNOT_JUDGE]


def test_nobody_is_invited_to_administration_or_with_half_an_address(store: Session) -> None:
    round_ = world.a_round()
    for email, role, reason in (
        ("lidia@example.org", Role.ADMINISTRATOR, Reason.ROLE_NOT_INVITED),
        ("lidia", Role.JUROR, Reason.EMAIL_WITHOUT_AT),
    ):
        with pytest.raises(Refused) as refused, saving():
            invitation_actions.invite_to_round(round_, email, "Lidia", role, actor=None, now=world.NOON)
        assert [blocker.reason for blocker in refused.value.blockers] == [reason]


def test_the_letter_speaks_the_language_of_whoever_has_an_account(store: Session, app: Any) -> None:
    world.a_person(email="lidia@example.org", language="en")
    invited(store)
    message = store.scalars(select(Message)).one()
    subject, text = rendered(message)
    assert "invitation" in subject.lower()
    assert "Dzień dobry" not in text


@pytest.mark.parametrize(
    ("role", "subject", "asked"),
    [
        (Role.JUROR, "Zaproszenie do jury – Strefa", "do jury konkursu „Strefa Eksperymentu 2027”"),
        (Role.CHAIR, "Zaproszenie do zespołu – Strefa", "do przewodniczenia jury"),
        (Role.COORDINATOR, "Zaproszenie do zespołu – Strefa", "do koordynacji"),
        (Role.APPROVER, "Zaproszenie do zespołu – Strefa", "do zatwierdzania decyzji"),
        (Role.AUDITOR, "Zaproszenie do zespołu – Strefa", "do kontroli"),
    ],
)
def test_the_letter_greets_by_name_and_says_to_what_role_and_by_whom(
    store: Session, role: Role, subject: str, asked: str
) -> None:
    beata = world.a_person(Role.COORDINATOR, name="Beata Terminowska")
    with saving():
        invitation_actions.invite_to_round(
            world.a_round(), "lidia@example.org", "Lidia Szołtyskowa", role, actor=beata, now=world.NOON
        )
    about, text = rendered(store.scalars(select(Message)).one())
    assert about.startswith(subject)
    assert text.startswith("Dzień dobry, Lidia Szołtyskowa,\n\nzapraszamy ")
    assert asked in text
    assert "\nZaproszenie wysyła: Beata Terminowska.\n\nOtwórz" in text


def test_a_letter_from_the_command_line_names_nobody(store: Session) -> None:
    invited(store)
    assert "wysyła" not in rendered(store.scalars(select(Message)).one())[1]


def test_an_invitation_taken_back_while_its_page_was_being_filled_in_is_spent_and_no_error(
    store: Session, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, hashing = invited(store), security.hash_password

    def meanwhile(password: str) -> str:
        store.execute(delete(Invitation))
        store.commit()
        return hashing(password)

    monkeypatch.setattr(security, "hash_password", meanwhile)
    answer = pages.post(address, NEW)
    assert answer.status_code == 410
    assert store.scalars(select(Person)).all() == []
