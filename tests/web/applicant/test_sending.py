"""Sending: on the very list that the page shows, once, in time; corrected, withdrawn, sent again."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, Submission
from strefa.contest.people.models import Membership, Person
from strefa.infra.clock import Clock
from strefa.infra.database import db
from strefa.infra.jobs import Job
from strefa.infra.journal import Entry
from strefa.infra.messages import Message
from strefa.outputs.letters import rendered
from strefa.rules.lifecycle import Status
from strefa.rules.policy import OrganisationRole
from tests import world
from tests.answers import COMPLETE, of_section
from tests.pages import Pages, state_on

Counter = Callable[[int], AbstractContextManager[list[str]]]


def address_of(application: Application, rest: str = "") -> str:
    return f"/moje/wnioski/{application.public_id}{rest}"


def again(store: Session, application: Application) -> Application:
    store.expire_all()
    return store.get_one(Application, application.id)


def submissions(store: Session) -> list[Submission]:
    store.expire_all()
    return list(store.scalars(select(Submission).order_by(Submission.id)))


def test_an_application_is_started_filled_in_and_sent(store: Session, pages: Pages) -> None:
    world.a_round()
    hers = pages.sign_in(world.a_person(email="ala@example.org"))

    started = hers.post("/moje/nowy/strefa-eksperymentu-2027", {"name": "Biblioteka w Zalesiu"})
    address = started.headers["Location"]
    for key in "abcdefghi":
        sent = hers.post(f"{address}/{key}", {"revision": "0", **of_section(key)})
        assert sent.status_code == 302, sent.get_data(as_text=True)
    assert "Niczego nie brakuje" in hers.get(f"{address}/braki").get_data(as_text=True)
    receipt = hers.post(f"{address}/zloz", {"read": state_on(hers.get(f"{address}/braki").text)}).headers["Location"]

    application = store.scalars(select(Application)).one()
    assert (application.status, application.number) == (Status.SUBMITTED, "SE-2027-0001")
    [submission] = submissions(store)
    assert submission.answers | {"d3_risks": []} == COMPLETE
    shown = hers.get(receipt).get_data(as_text=True)
    assert "SE-2027-0001" in shown
    assert submission.content_hash in shown
    letters = store.scalars(select(Message).order_by(Message.id)).all()
    assert [(m.template, m.to) for m in letters] == [("receipt", "ala@example.org"), ("receipt", "anna@example.org")]
    assert all(submission.content_hash in rendered(letter)[1] and address in rendered(letter)[1] for letter in letters)
    assert sorted(job.subject.partition(":")[0] for job in store.scalars(select(Job))) == ["application", "receipt"]


def test_a_double_click_two_tabs_and_a_repeated_post_send_once(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    tabs = [pages.sign_in(ala), pages.sign_in(ala)]

    answers = [tab.send_application(application.public_id).status_code for tab in tabs * 2]

    assert answers == [302] * 4
    assert len(submissions(store)) == 1
    assert len(list(store.scalars(select(Message)))) == 2  # hers and the contact's
    assert [e.verb for e in store.scalars(select(Entry)) if e.subject.startswith("application")] == ["submit"]


def test_sending_is_refused_on_the_very_list_that_the_page_shows(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    answers = COMPLETE | {"b1_title": "", "a3_nip": "5213017229", "i1_declarations": {}}
    application = world.an_application(by=ala, answers=answers)
    hers = pages.sign_in(ala)

    def listed(page: str) -> str:
        return page[page.index("<p>Zanim złożysz") : page.index("</main>")]

    shown = hers.get(address_of(application, "/braki")).get_data(as_text=True)
    refused = hers.send_application(application.public_id)

    assert refused.status_code == 422
    assert shown.count("<li>") - 9 == 11, "a title, a NIP and eight declarations under one head, beside nine sections"
    without_tokens = [part.split('csrf_token" value="')[0] for part in (listed(shown), listed(refused.text))]
    assert without_tokens[0] == without_tokens[1]
    assert ("Wniosek nie został złożony" in shown, "Wniosek nie został złożony" in refused.text) == (False, True)
    assert f'href="{address_of(application, "/b")}?braki=1#b1_title"' in shown
    assert again(store, application).status is Status.DRAFT


def test_where_a_refused_sending_was_answered_opens_again_as_the_list_of_what_is_missing(
    store: Session, pages: Pages
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers=COMPLETE | {"b1_title": ""})
    hers = pages.sign_in(ala)
    assert hers.send_application(application.public_id).status_code == 422
    again = hers.get(address_of(application, "/zloz"))
    assert (again.status_code, again.headers["Location"]) == (302, address_of(application, "/braki"))
    assert pages.sign_in(world.a_person()).get(address_of(application, "/zloz")).status_code == 404


def test_the_close_is_exclusive_and_a_late_attempt_is_noted(store: Session, pages: Pages, clock: Clock) -> None:
    ala, ola = world.a_person(), world.a_person(email="ola@example.org")
    late, timely = world.an_application(by=ala), world.an_application(by=ola)
    hers, his = pages.sign_in(ala), pages.sign_in(ola)
    closes = world.a_round().closes_at

    clock.set(closes - timedelta(seconds=1))
    accepted = his.send_application(timely.public_id)
    clock.set(closes)
    refused = hers.send_application(late.public_id)

    assert (accepted.status_code, refused.status_code) == (302, 422)
    assert again(store, timely).submitted_at == closes - timedelta(seconds=1)
    kept = again(store, late)
    assert (kept.status, kept.late_attempt_at) == (Status.DRAFT, closes)
    page = refused.get_data(as_text=True)
    assert "15:00:00" in page
    assert "Nabór jest zamknięty" in page
    assert [e.verb for e in store.scalars(select(Entry)) if e.subject.endswith(late.public_id)] == ["late_attempt"]
    kept.late_until = closes + timedelta(hours=1)
    store.commit()
    assert hers.send_application(late.public_id).status_code == 302
    assert again(store, late).late_attempt_at is None, "nobody is to be phoned about it any more"


def a_round_with_grace(minutes: int) -> None:
    round_ = world.a_round()
    template = round_.template | {"timetable": round_.template["timetable"] | {"grace_minutes": minutes}}
    world.a_round(template=template, template_sha256=f"{minutes:064}", grace_seconds=minutes * 60)


def test_the_grace_is_what_the_round_states_to_the_millisecond_and_no_more(
    store: Session, pages: Pages, clock: Clock
) -> None:
    a_round_with_grace(5)
    ala = world.a_person()
    timely, late = world.an_application(by=ala), world.an_application(by=ala, organisation=world.an_organisation(ala))
    hers, ends = pages.sign_in(ala), world.a_round().closes_at + timedelta(minutes=5)
    said = "Po zamknięciu przyjmujemy jeszcze przez 5 minut."

    def text(address: str) -> str:
        return str(hers.get(address).get_data(as_text=True)).replace("\xa0", " ")

    assert said in text("/edycje/strefa-eksperymentu-2027")
    assert said in text(address_of(timely, "/braki"))
    assert 'data-grace="5"' in text(address_of(timely, "/b"))
    clock.set(ends - timedelta(minutes=5))
    begun = text(address_of(timely, "/b"))
    assert "po terminie, jeszcze przyjmujemy:" in begun
    assert f'data-countdown="{ends.isoformat()}"' in begun
    assert "data-grace" not in begun
    clock.set(ends - timedelta(milliseconds=1))
    accepted = hers.send_application(timely.public_id)
    clock.set(ends)
    refused = hers.send_application(late.public_id)
    assert (accepted.status_code, refused.status_code) == (302, 422)
    assert "Wnioski przyjmowaliśmy do: czwartek, 11 lutego 2027, 15:05" in refused.text.replace("\xa0", " ")
    assert [(e.details or {})["closes"] for e in store.scalars(select(Entry)) if e.verb == "late_attempt"] == [
        ends.isoformat()
    ]


def test_after_the_close_no_page_of_a_draft_reads_as_if_it_could_be_sent(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    draft = world.an_application(by=ala, answers={**world.complete_answers(), "c1_need": ""})
    hers = pages.sign_in(ala)
    said = "Nabór nie trwa, więc wniosku nie można teraz złożyć."

    def shown(rest: str) -> str:
        return str(hers.get(address_of(draft, rest)).get_data(as_text=True)).replace("\xa0", " ")

    assert said not in shown("/b")
    assert "braki=1" in shown("/b"), "what is missing is a link"
    assert "nabór zakończony" not in hers.get("/moje").get_data(as_text=True)
    clock.set(world.a_round().closes_at)
    assert said in shown("/b")
    assert "<b data-missing-count hidden>" in shown("/b")
    assert "braki=1" not in shown("/b")
    assert "do 11 lutego 2027, 15:00 czasu serwera" in shown("/braki")
    assert "nabór zakończony" in hers.get("/moje").get_data(as_text=True)


def test_what_arrived_before_the_close_counts_however_long_its_body_takes(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    closes = world.a_round().closes_at
    clock.set(closes - timedelta(seconds=1))
    token = hers.csrf_token()

    class Slow(BytesIO):
        """A body that ends only after the close."""

        def read(self, size: int | None = -1) -> bytes:
            clock.set(closes + timedelta(minutes=1))
            return super().read(size)

    body = urlencode({"csrf_token": token, "read": state_on(hers.get(address_of(application, "/braki")).text)}).encode()
    options = {"content_type": "application/x-www-form-urlencoded", "content_length": len(body)}
    with hers.app.app_context():
        answer = hers.client.post(address_of(application, "/zloz"), input_stream=Slow(body), **options)

    assert answer.status_code == 302
    assert again(store, application).submitted_at == closes - timedelta(seconds=1)


def test_after_the_close_a_correction_that_was_not_sent_leaves_no_doubt_that_the_sent_version_counts(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    hers.send_application(application.public_id)
    hers.post(address_of(application, "/popraw"))
    assert "Co dalej" in hers.get(address_of(application)).text
    clock.set(world.a_round().closes_at)
    desk = hers.get(address_of(application)).text
    assert "Nabór się skończył: ważna jest wersja 1." in desk
    assert "Co dalej" not in desk
    assert "nie można teraz złożyć" not in desk


def test_a_correction_makes_a_new_version_and_keeps_the_old_one(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    hers.send_application(application.public_id)

    hers.post(address_of(application, "/popraw"))
    reopened = again(store, application).status
    hers.post(address_of(application, "/b"), {"revision": "1", **of_section("b", b1_title="Nowy tytuł")})
    meanwhile = again(store, application).title
    hers.send_application(application.public_id)

    first, second = submissions(store)
    assert reopened is Status.REOPENED
    assert meanwhile == COMPLETE["b1_title"], "lists show the version that counts"
    assert (first.version, second.version) == (1, 2)
    assert first.answers["b1_title"] == COMPLETE["b1_title"]
    assert second.answers["b1_title"] == again(store, application).title == "Nowy tytuł"
    assert first.content_hash != second.content_hash
    assert again(store, application).number == "SE-2027-0001"


def test_withdrawing_needs_a_reason_and_the_number_stays(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    hers = pages.sign_in(ala)
    hers.send_application(application.public_id)

    refused = hers.post(address_of(application, "/wycofaj"), {"reason": "  a "})
    hers.post(address_of(application, "/wycofaj"), {"reason": "Partner zrezygnował."})
    gone = again(store, application)
    withdrawn = (gone.status, gone.number, gone.submitted_at)
    page = " ".join(html.fromstring(hers.get(address_of(application)).text).text_content().replace("\xa0", " ").split())
    letter = store.scalars(select(Message).where(Message.template == "withdrawn", Message.to == ala.email)).one()
    told = rendered(letter)[1].replace("\xa0", " ")
    hers.send_application(application.public_id)

    assert refused.status_code == 422
    assert withdrawn == (Status.WITHDRAWN, "SE-2027-0001", None)
    assert "Nie będzie oceniany. Do końca naboru można go złożyć ponownie pod tym samym numerem." in page
    assert f"Wniosek wycofuje: {ala.name}. Powód: Partner zrezygnował." in told
    assert "złożyć ponownie pod tym samym numerem do: czwartek, 11 lutego 2027, 15:00" in told
    assert [m.template for m in store.scalars(select(Message).where(Message.to == ala.email).order_by(Message.id))] == [
        "receipt",
        "withdrawn",
        "receipt",
    ]
    assert (again(store, application).status, again(store, application).number) == (Status.SUBMITTED, "SE-2027-0001")


def an_editor(application: Application) -> Person:
    editor = world.a_person()
    db.session.add(
        Membership(
            organisation_id=application.organisation_id, person_id=editor.id, role=OrganisationRole.EDITOR,
            created_at=world.NOON,
        )
    )  # fmt: skip
    db.session.commit()
    db.session.refresh(editor, ["memberships"])
    return editor


def test_only_a_signatory_sends_unless_the_round_says_otherwise(store: Session, pages: Pages) -> None:
    application = world.an_application(by=world.a_person())
    hers = pages.sign_in(an_editor(application))

    refused = hers.send_application(application.public_id)
    told = hers.get(address_of(application, "/braki")).get_data(as_text=True)
    round_ = world.a_round()
    frame = round_.template["frame"] | {"only_signatory_sends": False}
    world.a_round(template=round_.template | {"frame": frame}, template_sha256="0" * 64)
    accepted = hers.send_application(application.public_id)

    assert (refused.status_code, accepted.status_code) == (404, 302)
    assert "prawem podpisu" in told


def test_the_same_organisation_sends_only_as_many_as_the_round_allows(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    organisation = world.an_organisation(ala)
    first, second = (world.an_application(by=ala, organisation=organisation) for _ in range(2))
    hers = pages.sign_in(ala)

    answers = [hers.send_application(one.public_id).status_code for one in (first, second)]

    assert answers == [302, 422]
    assert "złożyła już w tej edycji" in hers.get(address_of(second, "/braki")).get_data(as_text=True)


def test_sending_costs_a_fixed_number_of_statements(store: Session, pages: Pages, queries_at_most: Counter) -> None:
    counts = []
    for rows in (1, 20):
        ala = world.a_person()
        answers = COMPLETE | {"g1_budget": [COMPLETE["g1_budget"][2]] * (rows - 1) + COMPLETE["g1_budget"]}
        application = world.an_application(by=ala, answers=answers | {"g2_justification": "Ceny z ofert"})
        hers = pages.sign_in(ala)
        data = {"csrf_token": hers.csrf_token(), "read": state_on(hers.get(address_of(application, "/braki")).text)}
        with queries_at_most(19) as sending, hers.app.app_context():
            assert hers.client.post(address_of(application, "/zloz"), data=data).status_code == 302
        counts.append(len(sending))
    assert counts[0] == counts[1]


def test_sending_keeps_the_tax_number_by_which_two_of_one_library_are_found(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers=COMPLETE | {"a3_nip": "521-301-72-28"})
    assert pages.sign_in(ala).send_application(application.public_id).status_code == 302
    assert again(store, application).applicant_nip == "5213017228"


def test_fields_without_an_answer_are_said_together_and_each_is_a_link(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala, answers={"a3_nip": "5213017229"})
    page = html.fromstring(pages.sign_in(ala).get(address_of(application, "/braki")).text)
    links = {}
    for part in page.xpath("//section[.//ul[contains(@class, 'blockers')]]"):
        title, said = part.xpath("string(.//h2)"), part.text_content()
        links[title.strip()[0]] = part.xpath(".//ul[contains(@class, 'blockers')]//a/@href")
        counted = re.search(r"(\d+) rzecz", title)
        assert counted, title
        assert int(counted[1]) == len(part.xpath(".//ul[contains(@class, 'blockers')]//li[not(ul)]")), title
        assert said.count("Brakuje odpowiedzi.") <= 1, "one sentence for all of them"
    together = page.xpath(
        "//section[starts-with(normalize-space(.//h2), 'B.')]//ul[contains(@class, 'inline')]/li/a/@href"
    )
    assert f"{address_of(application, '/b')}?braki=1#b1_title" in together
    assert set(together) <= set(links["B"])
    wrong = page.xpath("//section[starts-with(normalize-space(.//h2), 'A.')]//li[a[contains(@href, '#a3_nip')]]")
    assert "Brakuje" not in wrong[0].text_content(), "what is written wrongly is said of each"
    assert wrong[0].getparent().get("class") == "blockers"
