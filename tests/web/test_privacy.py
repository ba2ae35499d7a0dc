"""Personal data through the pages: clauses, one's own copy, the wish to be forgotten, what goes and when."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa import chores, worker
from strefa.contest.applications.models import Application
from strefa.contest.people.models import Membership, Person
from strefa.contest.privacy import retention_queries
from strefa.contest.privacy.models import ClauseReading, DataExport, ErasureRequest, Retention
from strefa.contest.rounds import actions as rounds
from strefa.contest.rounds import template_file
from strefa.contest.rounds.models import ClauseVersion
from strefa.infra import erased_list, files, messages
from strefa.infra.clock import Clock
from strefa.infra.jobs import Job, JobState
from strefa.infra.journal import Entry
from strefa.rules.lifecycle import Status
from strefa.rules.plain_data import LocalTime
from strefa.rules.policy import Role
from strefa.rules.privacy import Class, Clauses
from strefa.rules.round_template import StagePlan
from strefa.rules.timetable import Phase
from strefa.rules.words_of_round import Words
from tests import world
from tests.decided import a_decided_round
from tests.pages import Pages

SLUG = "strefa-eksperymentu-2027"
OFFICE = f"/biuro/edycje/{SLUG}"


@pytest.fixture(autouse=True)
def nobody_listed(store: Session) -> Iterator[None]:
    erased_list.path().unlink(missing_ok=True)
    yield
    erased_list.path().unlink(missing_ok=True)


def read_by(store: Session, person: Person) -> list[tuple[str, int]]:
    """Return which clauses somebody has read: audience and version."""
    rows = store.execute(
        select(ClauseVersion.audience, ClauseVersion.version)
        .join(ClauseReading, ClauseReading.clause_id == ClauseVersion.id)
        .where(ClauseReading.person_id == person.id)
        .order_by(ClauseVersion.version)
    )
    return [(audience, version) for audience, version in rows]


def text_of(visitor: Pages, address: str) -> str:
    """Return a page's text, its hard spaces as plain ones."""
    return visitor.get(address).text.replace("\N{NO-BREAK SPACE}", " ")


def with_a_new_clause(store: Session) -> None:
    """Load the round with another clause for applicants; those for the jury and staff stay as they are."""
    template = template_file.load(template_file.shipped("strefa-eksperymentu"))
    clauses = Clauses((Words("Nowa treść.", "A new text."),), template.clauses.juror, template.clauses.staff)
    changed = replace(template, clauses=clauses)
    rounds.load(changed, template_file.dump(changed), actor=None, now=world.NOON)
    store.commit()


def test_whoever_begins_an_application_is_shown_the_clause_and_when_is_written_down(
    store: Session, pages: Pages
) -> None:
    world.a_round()
    ala = world.a_person()
    visitor = pages.sign_in(ala)
    assert "Klauzula o danych osobowych (wersja 1)" in text_of(visitor, f"/moje/nowy/{SLUG}")
    assert read_by(store, ala) == []
    assert visitor.post(f"/moje/nowy/{SLUG}", {"name": "Biblioteka w Łomży"}).status_code == 302
    assert read_by(store, ala) == [("applicant", 1)]
    entry = store.scalars(select(Entry).where(Entry.verb == "read_clause")).one()
    assert (entry.actor_id, entry.details) == (ala.id, {"clause": "applicant", "version": 1})


def test_a_changed_clause_is_shown_again_and_keeps_nobody_from_working(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    application = world.an_application(by=ala)
    visitor, staff = pages.sign_in(ala), pages.sign_in(world.a_person(Role.COORDINATOR))
    assert "1 klauzula o danych osobowych jest nowa" in text_of(visitor, "/moje")
    clause = store.scalars(select(ClauseVersion).where(ClauseVersion.audience == "applicant")).one()
    visitor.post(f"/konto/klauzule/{clause.id}")
    visitor.post(f"/konto/klauzule/{clause.id}")
    assert "klauzula o danych osobowych jest nowa" not in text_of(visitor, "/moje")
    with_a_new_clause(store)
    assert "1 klauzula o danych osobowych jest nowa" in text_of(visitor, "/moje")
    page = text_of(visitor, "/konto/klauzule")
    assert "Nowa treść." in page
    assert "zmieniona" in page
    assert visitor.get(f"/moje/wnioski/{application.public_id}").status_code == 200
    newest = store.scalars(select(ClauseVersion).order_by(ClauseVersion.version.desc())).first()
    assert newest is not None
    visitor.post(f"/konto/klauzule/{newest.id}")
    assert read_by(store, ala) == [("applicant", 1), ("applicant", 2)]
    said = text_of(pages, f"/edycje/{SLUG}/dane-osobowe")
    assert said.index("wersja 2 z dnia") < said.index("wersja 1 z dnia")
    told = text_of(staff, f"{OFFICE}/klauzule")
    assert told.count(ala.name) == 2
    assert "przeczytanie klauzuli" in text_of(staff, f"{OFFICE}/dziennik")
    assert store.query(ClauseVersion).filter_by(audience="juror").count() == 1


def test_only_a_clause_that_speaks_to_somebody_is_hers_to_confirm(store: Session, pages: Pages) -> None:
    """Of no other role, of no other person; an earlier version may stand open in a page while a new one comes."""
    ala, stranger = world.a_person(), world.a_person()
    world.an_application(by=ala)
    by_audience = {one.audience: one.id for one in store.scalars(select(ClauseVersion))}
    with_a_new_clause(store)
    people = {"applicant": pages.sign_in(ala), "juror": pages.sign_in(world.a_juror()), "": pages.sign_in(stranger)}
    for whose, visitor in people.items():
        for audience, clause in by_audience.items():
            found = visitor.post(f"/konto/klauzule/{clause}").status_code
            assert found == (302 if audience == whose else 404), (whose, audience)
    assert read_by(store, ala) == [("applicant", 1)]
    assert read_by(store, stranger) == []


def test_a_copy_is_made_by_the_worker_and_fetched_by_its_owner_alone(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala, other = world.a_person(), world.a_person()
    visitor, stranger = pages.sign_in(ala), pages.sign_in(other)
    visitor.post("/konto/dane/kopia")
    visitor.post("/konto/dane/kopia")
    export = store.scalars(select(DataExport)).one()
    store.commit()  # the worker's transactions come after this one
    worker.work_off(pages.app)
    page = text_of(visitor, "/konto/dane")
    address = f"/konto/dane/kopia/{export.public_id}"
    assert address in page
    assert stranger.post(address).status_code == 404
    answer = visitor.post(address)
    assert (answer.status_code, answer.mimetype, answer.data[:2]) == (200, "application/zip", b"PK")
    assert answer.headers["Cache-Control"].find("no-store") >= 0
    clock.set(world.NOON + timedelta(days=8))
    assert visitor.post(address).status_code == 302
    chores.keep_once()
    store.refresh(export)
    assert (export.sha256, store.query(files.StoredFile).count()) == (None, 0)
    verbs = store.scalars(select(Entry.verb).where(Entry.verb.endswith("_export")).order_by(Entry.sequence)).all()
    assert verbs == ["ask_export", "make_export", "fetch_export", "sweep_export"]


def test_no_more_copies_are_kept_than_a_few_at_a_time(store: Session, pages: Pages, clock: Clock) -> None:
    visitor = pages.sign_in(world.a_person())
    for _each in range(4):
        visitor.post("/konto/dane/kopia")
        store.commit()
        worker.work_off(pages.app)
    assert store.query(DataExport).count() == 3
    page = text_of(visitor, "/konto/dane")
    assert "Więcej kopii naraz nie przechowujemy." in page
    assert "Przygotuj kopię" not in page
    clock.set(world.NOON + timedelta(days=8))
    assert "Przygotuj kopię" in text_of(visitor, "/konto/dane")


def test_whoever_waits_for_a_copy_that_cannot_be_made_may_ask_again(store: Session, pages: Pages) -> None:
    visitor = pages.sign_in(world.a_person())
    visitor.post("/konto/dane/kopia")
    job = store.scalars(select(Job).where(Job.kind == "own_data")).one()
    job.state = JobState.FAILED
    store.commit()
    page = text_of(visitor, "/konto/dane")
    assert "Przygotuj kopię" in page
    assert "Kopia powstaje" not in page
    visitor.post("/konto/dane/kopia")
    store.expire_all()
    assert "Kopia powstaje" in text_of(visitor, "/konto/dane")
    assert [job.state for job in store.scalars(select(Job).order_by(Job.id))] == [JobState.FAILED, JobState.WAITING]


def test_a_wish_to_be_forgotten_is_seen_refused_with_a_letter_asked_again_and_met(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala, boss = world.a_person(name="Ala Zapominana"), world.a_person(Role.ADMINISTRATOR)
    visitor, office = pages.sign_in(ala), pages.sign_in(boss)
    visitor.post("/konto/dane/usuniecie")
    visitor.post("/konto/dane/usuniecie")
    request = store.scalars(select(ErasureRequest)).one()
    assert "1 osoba prosi o usunięcie danych." in text_of(office, "/biuro/osoby")
    assert "Ala Zapominana" in text_of(office, "/biuro/osoby/prosby-o-usuniecie")
    refusal = f"/biuro/osoby/prosby-o-usuniecie/{request.public_id}/odmowa"
    office.post(refusal, {"reason": "nie"})
    store.refresh(request)
    assert request.is_open
    office.post(refusal, {"reason": "Trwa spór."})
    letter = store.scalars(select(messages.Message)).one()
    assert (letter.template, letter.to, letter.values) == ("erasure_refused", ala.email, {"reason": "Trwa spór."})
    assert "Powód: Trwa spór." in text_of(visitor, "/konto/dane")
    visitor.post("/konto/dane/usuniecie")
    again = store.scalars(select(ErasureRequest).order_by(ErasureRequest.id.desc())).first()
    assert again is not None
    visitor.post(f"/konto/dane/usuniecie/{again.public_id}/wycofaj")
    store.refresh(again)
    assert not again.is_open
    address = f"/biuro/osoby/{ala.public_id}/usuniecie-danych"
    assert "Tego nie da się cofnąć." in text_of(office, address)
    ala.language = "en"
    store.commit()
    told = html.fromstring(office.get(address).text)
    (mail,) = told.xpath("//main//a[starts-with(@href, 'mailto:')]/@href")
    assert mail.startswith(f"mailto:{ala.email.replace('@', '%40')}?subject=Your%20data%20are%20erased&body=")
    assert "We have erased your name" in told.xpath("string(//article[@lang='en'])")
    assert office.post(address).location.endswith(f"/biuro/osoby/{ala.public_id}")
    store.expire_all()
    assert store.get_one(Person, ala.id).erased_at == world.NOON
    assert store.scalars(select(messages.Message)).all() == [], "a letter would keep the address"
    assert "Ala Zapominana" not in text_of(office, "/biuro/osoby")
    assert "dane usunięte" in text_of(office, f"/biuro/osoby/{ala.public_id}")
    assert visitor.get("/konto").status_code == 302
    office.post(f"/biuro/osoby/{ala.public_id}/wlacz")
    assert store.get_one(Person, ala.id, populate_existing=True).disabled_at is not None


def test_the_page_says_what_must_be_done_first(store: Session, pages: Pages) -> None:
    ala = world.a_person()
    library = world.an_organisation(ala, name="Biblioteka pod Lwem")
    world.an_application(Status.SUBMITTED, by=ala, organisation=library)
    said = "Organizacja „Biblioteka pod Lwem” ma wniosek w toku"
    assert said in text_of(pages.sign_in(ala), "/konto/dane")
    office = pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    address = f"/biuro/osoby/{ala.public_id}/usuniecie-danych"
    assert said in text_of(office, address)
    office.post(address)
    store.expire_all()
    assert store.get_one(Person, ala.id).erased_at is None
    assert store.query(Membership).filter_by(person_id=ala.id).count() == 2


def test_what_goes_is_summed_up_whole_and_read_a_page_at_a_time(store: Session, clock: Clock) -> None:
    round_, library = world.a_round(), world.an_organisation(world.a_person())
    for number in range(53):
        application = world.an_application(Status.DRAFT if number else Status.SUBMITTED, organisation=library)
        after = world.NOON + timedelta(days=number) if number < 52 else None
        store.add(
            Retention(application_id=application.id, erase_after=after, held_at=None if number != 1 else world.NOON)
        )
    world.an_application(organisation=library)
    store.commit()
    store.expunge_all()
    first, second = (retention_queries.preview(round_, page) for page in (1, 2))
    assert (len(first.rows), len(second.rows), first.last) == (50, 2, 2)
    loaded = [one for one in store.identity_map.values() if isinstance(one, Application)]
    assert len(loaded) <= 52, "the rest is summed up in the database"
    assert (first.held, first.gone, first.without) == (1, 0, 2)
    days = [(one.kind, one.count, one.first, one.last) for one in first.groups]
    assert days == [
        (Class.DRAFT, 50, world.NOON + timedelta(days=2), world.NOON + timedelta(days=51)),
        (Class.UNSUCCESSFUL, 1, world.NOON, world.NOON),
    ]


def test_staff_see_what_goes_and_hold_one_back(store: Session, pages: Pages, clock: Clock) -> None:
    made = a_decided_round()
    office, auditor = pages.sign_in(made.coordinator), pages.sign_in(world.a_person(Role.AUDITOR))
    assert "Jeszcze nic nie zniknie" in text_of(office, f"{OFFICE}/przechowywanie")
    clock.set(world.NOON + timedelta(days=40))
    chores.keep_once()
    page = text_of(office, f"{OFFICE}/przechowywanie")
    assert "Bez dotacji: 6 wniosków, po 15 marca 2029" in page
    assert "Z dotacją: 6 wniosków, po 15 marca 2033" in page
    public_id = made.applications[0].public_id
    assert auditor.get(f"/biuro/wnioski/{public_id}/wstrzymanie").status_code == 404
    assert office.post(f"/biuro/wnioski/{public_id}/wstrzymanie", {"reason": "x"}).status_code == 422
    office.post(f"/biuro/wnioski/{public_id}/wstrzymanie", {"reason": "Kontrola wojewody."})
    page = text_of(auditor, f"{OFFICE}/przechowywanie")
    assert "Kontrola wojewody." in page
    assert "Zwolnij" not in page
    office.post(f"/biuro/wnioski/{public_id}/zwolnienie")
    store.expire_all()
    assert store.scalars(select(Retention.held_at).where(Retention.held_at.is_not(None))).all() == []
    said = text_of(office, f"{OFFICE}/dziennik")
    assert "wstrzymanie usunięcia treści wniosku" in said
    assert "powód: Kontrola wojewody." in said


def test_what_a_draft_says_is_nobodys_to_read_where_staff_see_when_it_goes(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala, office = world.a_person(), pages.sign_in(world.a_person(Role.COORDINATOR))
    boss = pages.sign_in(world.a_person(Role.ADMINISTRATOR))
    alone = world.an_organisation(ala, name="Biblioteka Ali")
    shared = world.an_organisation(ala, world.a_person(), name="Biblioteka wspólna")
    drafts = [world.an_application(by=ala, organisation=one, title="Tajny pomysł") for one in (alone, shared)]
    clock.set(world.NOON + timedelta(days=40))
    chores.keep_once()
    person, hold = f"/biuro/osoby/{ala.public_id}/usuniecie-danych", f"/biuro/wnioski/{drafts[0].public_id}/wstrzymanie"
    for visitor, address in ((office, f"{OFFICE}/przechowywanie"), (office, hold), (boss, person)):
        page = text_of(visitor, address)
        assert "Tajny pomysł" not in page, address
        assert "1 lutego 2027" in page, address
    office.post(hold, {"reason": "Kontrola wojewody."})
    page = text_of(boss, person)
    assert "Tajny pomysł" not in page
    assert "z wersji roboczej rozpoczętej 1 lutego 2027" in page
    assert "wersja robocza rozpoczęta 1 lutego 2027: usunięcie jest wstrzymane" in page


def test_a_draft_of_a_later_call_stays_while_that_call_is_open(store: Session, clock: Clock) -> None:
    template = template_file.load(template_file.shipped("strefa-eksperymentu"))
    again = StagePlan(Phase.CALL, LocalTime("2027-08-02 09:00"), LocalTime("2027-09-30 15:00"))
    timetable = replace(template.timetable, stages=(*template.timetable.stages, again))
    changed = replace(template, timetable=timetable)
    rounds.load(changed, template_file.dump(changed), actor=None, now=world.NOON - timedelta(days=60))
    draft = world.an_application(by=world.a_person())
    for days in (185, 200, 330):
        clock.set(world.NOON + timedelta(days=days))
        chores.keep_once()
    store.expire_all()
    assert store.get_one(Application, draft.id).erased_at is None
    assert store.scalars(select(Retention.erase_after)).one() == datetime(2027, 12, 29, 13, tzinfo=UTC)


def test_pages_about_an_application_without_its_content_still_open(store: Session, pages: Pages, clock: Clock) -> None:
    made = a_decided_round()
    office = pages.sign_in(made.coordinator)
    clock.set(world.NOON + timedelta(days=40))
    chores.keep_once()
    clock.set(world.NOON + timedelta(days=2300))
    chores.keep_once()
    store.expire_all()
    one = made.applications[0]
    author = pages.sign_in(store.get_one(Person, one.created_by_id))
    for visitor, address in (
        (office, f"/biuro/wnioski/{one.public_id}"), (office, f"{OFFICE}/wnioski"), (office, f"{OFFICE}/ranking"),
        (office, f"{OFFICE}/decyzje"), (office, f"{OFFICE}/oceny"), (office, f"{OFFICE}/przechowywanie"),
        (pages, f"/edycje/{SLUG}/wyniki"), (author, f"/moje/wnioski/{one.public_id}"), (author, "/moje"),
    ):  # fmt: skip
        assert visitor.get(address).status_code == 200, address
    assert "minął czas ich przechowywania" in text_of(office, f"/biuro/wnioski/{one.public_id}")
    assert "Cały wniosek (PDF)" not in text_of(author, f"/moje/wnioski/{one.public_id}")


def test_a_content_that_another_row_needs_is_not_forgotten(store: Session) -> None:
    kept = [files.keep(io.BytesIO(content), 100) for content in (b"one", b"two")]
    for one in kept:
        files.register(one, now=world.NOON)
    ala = world.a_person()
    store.add(DataExport(public_id="kopia00001", person_id=ala.id, asked_at=world.NOON, sha256=kept[0].sha256))
    store.flush()
    assert files.forget([one.sha256 for one in kept]) == [kept[1].sha256]
    assert store.scalars(select(files.StoredFile.sha256)).all() == [kept[0].sha256]
