"""Whoever signs reads the whole on one page and sends it there; others ask her to, by letter and not twice a minute."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications import queries, shown
from strefa.contest.applications.models import Application, Attachment
from strefa.contest.people.models import Membership, Organisation, Person
from strefa.infra.clock import Clock
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.answers import of_section
from tests.attachments import a_pdf
from tests.pages import Pages, state_on
from tests.web.applicant.test_history import a_colleague
from tests.web.applicant.test_writing import address_of

E, A, S = OrganisationRole.EDITOR, OrganisationRole.ACCOUNTANT, OrganisationRole.SIGNATORY


def main(page: Any) -> Any:
    return html.fromstring(page.text).xpath("//main")[0]


def said(node: Any) -> str:
    return " ".join(str(node.text_content()).replace("\xa0", " ").split())


@pytest.fixture
def editor(store: Session) -> Person:
    """Somebody who writes and may not sign."""
    person = world.a_person(name="Ala Pisząca")
    library = world.an_organisation()
    db.session.add(Membership(organisation_id=library.id, person_id=person.id, role=E, created_at=world.NOON))
    db.session.commit()
    db.session.refresh(person, ["memberships"])
    return person


def draft_of(person: Person, **columns: Any) -> Application:
    library = person.memberships[0].organisation_id
    organisation = db.session.get_one(Organisation, library)
    return world.an_application(by=person, organisation=organisation, **columns)


def test_the_signatory_reads_the_whole_and_sends_it_with_the_one_button(
    store: Session, pages: Pages, editor: Person
) -> None:
    application = draft_of(editor)
    hers = pages.sign_in(a_colleague(application, S))
    page = main(hers.get(address_of(application, "/podpis")))
    assert application.title in said(page)
    assert "Niczego nie brakuje" in said(page)
    (form,) = page.xpath(".//form")
    assert said(form) == "Złóż wniosek"
    sent = hers.post(form.get("action"), {"read": form.xpath(".//button/@value")[0]})
    assert sent.location == address_of(application, "/potwierdzenie")
    after = main(hers.get(address_of(application, "/podpis")))
    assert "Wniosek jest złożony. Numer: SE-2027-0001" in said(after)
    assert after.xpath(".//form") == []


def test_who_signs_sends_what_she_read_or_is_shown_what_has_changed_since(
    store: Session, pages: Pages, editor: Person
) -> None:
    application = draft_of(editor)
    hers, theirs = pages.sign_in(a_colleague(application, S)), pages.sign_in(editor)
    read = state_on(hers.get(address_of(application, "/podpis")).text)
    theirs.post(address_of(application, "/c"), {"revision": "1", **of_section("c", c1_need="Nowa potrzeba")})

    refused = hers.post(address_of(application, "/zloz"), {"read": read})

    assert refused.status_code == 422
    page = main(refused)
    (notice,) = page.xpath(".//section[@role='alert']")
    told = [said(line) for line in notice.xpath(".//li")]
    assert told == ["C. Pomysł – zapisane o 12:00:00, Ala Pisząca"]
    assert notice.xpath(".//li/a/@href") == ["#part-c"]
    assert said(page.xpath(".//*[@id='part-c']/..")[0]).count("Nowa potrzeba") == 1, "the new text is there to be read"
    assert journalled(application) == []
    assert hers.post(address_of(application, "/zloz"), {"read": state_on(refused.text)}).status_code == 302
    assert journalled(application) == ["submit"]
    assert hers.post(address_of(application, "/zloz"), {"read": read}).status_code == 302, "sent already: the receipt"
    assert journalled(application) == ["submit"]


def journalled(application: Application) -> list[str]:
    told = select(Entry).where(Entry.subject == f"application:{application.public_id}").order_by(Entry.sequence)
    return [entry.verb for entry in db.session.scalars(told) if entry.verb not in {"attach", "detach"}]


def test_files_that_came_and_went_count_and_what_one_wrote_oneself_does_not(
    store: Session, pages: Pages, editor: Person
) -> None:
    application = draft_of(editor)
    signatory = a_colleague(application, S)
    hers, theirs = pages.sign_in(signatory), pages.sign_in(editor)
    place = address_of(application, "/pliki/h1_attachments")

    def changed(read: str, reader: Person = signatory) -> list[str]:
        store.expire_all()
        kept = queries.by_public_id(application.public_id)
        assert kept is not None
        return [section.key for section in shown.changed(kept, read, reader)]

    before = state_on(hers.get(address_of(application, "/braki")).text)
    theirs.post(place, {"file": (BytesIO(a_pdf()), "plan.pdf")})
    with_file = state_on(hers.get(address_of(application, "/podpis")).text)
    assert (changed(before), changed(before, editor)) == (["h"], []), "she who added it knows it"
    assert changed(with_file) == []
    theirs.post(f"{place.rpartition('/')[0]}/{attachment_of(store, application)}/usun")
    assert changed(with_file) == ["h"]
    assert changed(before) == []
    hers.post(address_of(application, "/i"), {"revision": "1", **of_section("i", i1_declarations=[])})
    assert changed(before) == [], "her own tick in another tab"
    assert changed(before.replace("#", "#9")) == list("abcdefghi"), "another form asks other things"


def test_a_button_without_what_was_read_sends_nothing(store: Session, pages: Pages, editor: Person) -> None:
    application = draft_of(editor)
    refused = pages.sign_in(a_colleague(application, S)).post(address_of(application, "/zloz"))
    assert refused.status_code == 422
    assert len(main(refused).xpath(".//section[@role='alert']//li")) == 9
    assert journalled(application) == []


def attachment_of(store: Session, application: Application) -> str:
    return store.scalars(select(Attachment.public_id).where(Attachment.application_id == application.id)).one()


def test_what_is_missing_stands_in_place_of_the_button_with_links_where_she_may_write(
    store: Session, pages: Pages, editor: Person
) -> None:
    application = draft_of(editor, answers={})
    page = main(pages.sign_in(a_colleague(application, S)).get(address_of(application, "/podpis")))
    assert page.xpath(".//form") == []
    links = page.xpath(".//ul[contains(@class, 'blockers')]//a/@href")
    assert links, "the declarations are hers to make"
    assert all("/i?braki=1" in link for link in links)
    assert len(page.xpath(".//ul[contains(@class, 'blockers')]//b")) > 10


def test_who_may_not_sign_reads_the_same_and_has_no_button(store: Session, pages: Pages, editor: Person) -> None:
    application = draft_of(editor)
    page = main(pages.sign_in(a_colleague(application, A)).get(address_of(application, "/podpis")))
    assert "Wniosek składa osoba z prawem podpisu" in said(page)
    assert page.xpath(".//form") == []


def test_signatories_are_asked_by_letter_and_no_sooner_again_than_in_a_quarter(
    store: Session, pages: Pages, editor: Person, clock: Clock
) -> None:
    application = draft_of(editor)
    signatory = a_colleague(application, S)
    hers = pages.sign_in(editor)
    home, way = address_of(application), address_of(application, "/prosba-o-podpis")
    assert "Poproś o podpis listem" in hers.get(home).text.replace("\xa0", " ")

    hers.post(way)
    (letter,) = store.scalars(select(Message).where(Message.template == "to_sign"))
    subject, text = rendered(letter)
    assert (letter.to, subject) == (signatory.email, "Wniosek czeka na Twój podpis")
    assert "Ala Pisząca prosi" in text
    assert f"/moje/wnioski/{application.public_id}/podpis" in text
    assert "11 lutego 2027, 15:00" in text.replace("\xa0", " ")
    assert store.scalars(select(Entry.verb).order_by(Entry.sequence.desc())).first() == "ask_to_sign"

    clock.set(world.NOON + timedelta(minutes=14))
    assert "Następną można wysłać po 15 minutach." in said(main(hers.get(home)))
    hers.post(way)
    clock.set(world.NOON + timedelta(minutes=15))
    hers.post(way)
    assert len(store.scalars(select(Message).where(Message.template == "to_sign")).all()) == 2


def test_with_nobody_to_ask_the_page_says_what_to_do(store: Session, pages: Pages, editor: Person) -> None:
    application = draft_of(editor)
    hers = pages.sign_in(editor)
    assert "Zaproś tę osobę na stronie organizacji." in said(main(hers.get(address_of(application))))
    hers.post(address_of(application, "/prosba-o-podpis"))
    assert store.scalar(select(Message.id).where(Message.template == "to_sign")) is None


def test_a_signatory_who_judges_in_the_round_is_not_asked(store: Session, pages: Pages, editor: Person) -> None:
    application = draft_of(editor)
    juror = world.a_juror()
    member = {"organisation_id": application.organisation_id, "person_id": juror.id, "role": S}
    store.add(Membership(**member, created_at=world.NOON))
    store.commit()
    hers = pages.sign_in(editor)
    assert "Zaproś tę osobę na stronie organizacji." in said(main(hers.get(address_of(application))))
    hers.post(address_of(application, "/prosba-o-podpis"))
    assert store.scalar(select(Message.id).where(Message.template == "to_sign")) is None


def test_there_is_nothing_to_ask_for_after_sending_nor_after_the_close(
    store: Session, pages: Pages, editor: Person, clock: Clock
) -> None:
    sent, late = draft_of(editor, status=Status.SUBMITTED), draft_of(editor)
    a_colleague(sent, S)
    hers = pages.sign_in(editor)
    clock.set(world.a_round().closes_at)
    for application in (sent, late):
        assert "Poproś o podpis" not in said(main(hers.get(address_of(application))))
        hers.post(address_of(application, "/prosba-o-podpis"))
    assert store.scalar(select(Message.id).where(Message.template == "to_sign")) is None
    assert pages.sign_in(world.a_person()).post(address_of(late, "/prosba-o-podpis")).status_code == 404


def test_after_the_close_nothing_is_promised_to_whoever_mends_the_rest(
    store: Session, pages: Pages, editor: Person, clock: Clock
) -> None:
    application = draft_of(editor, answers={})
    hers = pages.sign_in(a_colleague(application, S))
    clock.set(world.a_round().closes_at)
    page = main(hers.get(address_of(application, "/podpis")))
    assert said(page.xpath(".//*[@id='missing']")[0]) == "Teraz nie można złożyć wniosku"
    assert "Nabór" in said(page.xpath(".//ul[contains(@class, 'blockers')]/li")[0])
    assert page.xpath(".//form") == []
    assert "Do złożenia brakuje" not in said(page)


def test_everybody_else_who_may_sign_is_asked_and_nobody_whose_account_is_closed(
    store: Session, pages: Pages, editor: Person
) -> None:
    application = draft_of(editor, title="")
    a_colleague(world.an_application(by=world.a_person()), S)  # elsewhere
    first, second, closed = (a_colleague(application, S) for _ in range(3))
    a_colleague(application, A)
    closed.disabled_at = world.NOON
    store.commit()
    pages.sign_in(first).post(address_of(application, "/prosba-o-podpis"))
    letters = store.scalars(select(Message).where(Message.template == "to_sign")).all()
    assert [letter.to for letter in letters] == [second.email]
    assert "„bez tytułu”" in rendered(letters[0])[1]
    assert "Poproś o podpis" not in said(main(pages.sign_in(second).get(address_of(application)))).replace("Prośba", "")


def test_who_only_reads_or_signs_alone_is_offered_no_asking(store: Session, pages: Pages, editor: Person) -> None:
    application = draft_of(editor)
    alone = pages.sign_in(a_colleague(application, S))
    reader = pages.sign_in(a_colleague(application, OrganisationRole.READER))
    for hers in (alone, reader):
        page = said(main(hers.get(address_of(application))))
        assert "Poproś o podpis" not in page
        assert "Nikt inny w organizacji" not in page


def test_the_number_of_an_application_never_breaks_at_its_hyphens(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    hers, draft = pages.sign_in(ala), world.an_application(by=ala)
    hers.send_application(draft.public_id)
    for place in (address_of(draft, "/podpis"), "/moje", address_of(draft, "/potwierdzenie")):
        page = main(hers.get(place))
        assert page.xpath(".//*[contains(@class, 'whole')]/text()[contains(., 'SE-2027-')]"), place
