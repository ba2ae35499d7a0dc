"""The score page: saved whatever is typed, never over what another tab saved, closed to everybody else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, Submission
from strefa.contest.jury import queries
from strefa.contest.jury.models import Assignment, CardHistory, CardStatus, Mark, ScoreCard
from strefa.contest.people.models import Membership, Person, RoundRole
from strefa.contest.rounds.models import Round
from strefa.infra.files import keep
from strefa.rules.lifecycle import Status
from strefa.rules.policy import May, OrganisationRole, Role, may
from strefa.web.session import AUTOSAVE
from tests import world
from tests.attachments import a_pdf
from tests.pages import Pages
from tests.web.juror.test_story import KEYS, card

Counted = Callable[[int], AbstractContextManager[list[str]]]
SILENT = {AUTOSAVE: "1"}


@pytest.fixture
def assignment(store: Session) -> Assignment:
    return world.an_assignment(world.an_application(Status.ELIGIBLE), world.a_juror())


@pytest.fixture
def juror(pages: Pages, assignment: Assignment, store: Session) -> Pages:
    return pages.sign_in(store.get_one(Person, assignment.juror_id))


def address(assignment: Assignment) -> str:
    return f"/jury/wnioski/{assignment.public_id}"


def stored(store: Session) -> dict[str, tuple[Decimal | None, str]]:
    """Return the marks as they are in the database, criterion to mark and justification."""
    store.expire_all()
    return {mark.criterion: (mark.score, mark.justification) for mark in store.query(Mark)}


def above_the_text(page: Any) -> str:
    """Return what a juror sees on a phone before the application, which is long."""
    head, found, _rest = page.get_data(as_text=True).partition("<h1>")
    assert found
    return str(head)


def test_a_half_written_card_is_kept_and_the_rules_freeze(juror: Pages, assignment: Assignment, store: Session) -> None:
    answer = juror.post(address(assignment), {"mark_novelty": "3.5", "revision": "0"}, headers=SILENT)
    assert answer.status_code == 200
    assert answer.get_json()["revision"] == 1
    assert answer.get_json()["steps"] == [{"key": "card", "word": "1 z 7 kryteriów", "kind": "wait"}]
    assert stored(store) == {"novelty": (Decimal("3.5"), "")}
    assert store.query(Round).populate_existing().one().rules_frozen_at == world.NOON


def test_whoever_joins_the_applicant_meanwhile_assesses_no_more(
    juror: Pages, assignment: Assignment, store: Session
) -> None:
    library = store.get_one(Application, assignment.application_id).organisation_id
    place = {"organisation_id": library, "person_id": assignment.juror_id, "created_at": world.NOON}
    store.add(Membership(role=OrganisationRole.READER, **place))
    store.commit()
    said = "Należysz teraz do organizacji, która złożyła ten wniosek"
    plain = juror.post(address(assignment), {"mark_novelty": "3.5", "revision": "0"})
    silent = juror.post(address(assignment), {"mark_novelty": "3.5", "revision": "0"}, headers=SILENT)
    assert (plain.status_code, said in plain.text) == (422, True)
    assert (silent.status_code, said in silent.get_json()["text"]) == (422, True)
    assert stored(store) == {}
    assert "wyłączam się" in juror.get(address(assignment)).text


@pytest.mark.parametrize("revision", ["²", "-1", "x", "9" * 5000])
def test_a_revision_that_no_page_of_ours_sent_is_none(
    juror: Pages, assignment: Assignment, store: Session, revision: str
) -> None:
    assert juror.post(address(assignment), {"mark_plan": "3", "revision": revision}).status_code == 302
    assert stored(store) == {"plan": (Decimal(3), "")}


def test_the_same_again_changes_nothing_and_a_change_leaves_the_text_before_it(
    juror: Pages, assignment: Assignment, store: Session
) -> None:
    for revision in (0, 0):
        juror.post(address(assignment), {"why_need": "Pierwsza myśl.", "revision": str(revision)}, headers=SILENT)
    juror.post(address(assignment), {"why_need": "Druga myśl.", "revision": "1"}, headers=SILENT)
    (before,) = store.query(CardHistory).all()
    assert before.marks == {"need": ["", "Pierwsza myśl."]}


@pytest.mark.parametrize(
    ("typed", "said"), [("7", "poza skalą"), ("3.3", "nie leży na skali"), ("dobry", "to nie liczba")]
)
def test_a_mark_outside_its_scale_is_refused_and_nothing_else_is_lost(
    juror: Pages, assignment: Assignment, store: Session, typed: str, said: str
) -> None:
    juror.post(address(assignment), {"mark_plan": "4", "revision": "0"}, headers=SILENT)
    page = juror.post(address(assignment), {"mark_plan": typed, "why_plan": "Spójne kroki.", "revision": "1"})
    assert page.status_code == 422
    assert said in page.get_data(as_text=True)
    assert "Karta wymaga poprawek." in above_the_text(page)
    assert stored(store)["plan"] == (Decimal(4), "Spójne kroki.")


def test_a_stale_tab_is_given_both_texts_and_buries_nothing(
    juror: Pages, assignment: Assignment, store: Session
) -> None:
    juror.post(address(assignment), {"why_need": "Z pierwszej karty.", "revision": "0"}, headers=SILENT)
    late = {"why_need": "Z drugiej karty.", "revision": "0"}
    answer = juror.post(address(assignment), late, headers=SILENT)
    assert answer.status_code == 409
    assert answer.get_json()["theirs"]["why_need"] == ["Z pierwszej karty."]
    assert answer.get_json()["revision"] == 1
    page = juror.post(address(assignment), late)
    assert page.status_code == 409
    assert all(text in page.get_data(as_text=True) for text in ("Z pierwszej karty.", "Z drugiej karty."))
    assert 'name="revision" type="hidden" value="1"' in page.get_data(as_text=True)
    assert stored(store)["need"] == (None, "Z pierwszej karty.")


def test_a_mark_of_the_other_tab_is_written_as_the_scale_writes_it(juror: Pages, assignment: Assignment) -> None:
    juror.post(address(assignment), {"mark_novelty": "2.5", "revision": "0"}, headers=SILENT)
    page = juror.post(address(assignment), {"mark_novelty": "4", "revision": "0"})
    assert "W drugiej karcie zapisano ocenę: 2½<" in page.text


def test_submitting_names_everything_missing_and_keeps_what_is_written(
    juror: Pages, assignment: Assignment, store: Session
) -> None:
    whole = card("4", why_costs="Za krótko.", step="submit")
    del whole["mark_plan"]
    page = juror.post(address(assignment), whole)
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert 'href="#mark_plan"' in text
    assert 'href="#why_costs"' in text
    assert text.count('<li><a href="#') == 2
    summary = html.fromstring(text).xpath("//div[@class='summary']//li")
    assert [" ".join(line.text_content().split()) for line in summary] == [
        "Plan i sposób sprawdzenia – Brakuje oceny. Wybierz liczbę punktów: puste pole to nie zero.",
        "Uzasadnienie: Kosztorys – Za krótko: 10 z co najmniej 100 znaków. Dopisz, z czego wynika ocena.",
    ], "each name is said once"
    assert stored(store)["costs"] == (Decimal(4), "Za krótko.")
    assert store.query(ScoreCard).one().status is CardStatus.DRAFT


def test_a_submitted_card_is_locked_in_every_tab(juror: Pages, assignment: Assignment, store: Session) -> None:
    juror.post(address(assignment), card("4", step="submit"))
    late = juror.post(address(assignment), {"mark_plan": "0", "revision": "1"}, headers=SILENT)
    assert late.status_code == 422
    assert "zamknięta" in late.get_json()["text"]
    assert stored(store)["plan"][0] == Decimal(4)


def test_what_was_typed_beside_a_card_submitted_meanwhile_is_shown_and_not_lost(
    juror: Pages, assignment: Assignment, store: Session
) -> None:
    juror.post(address(assignment), card("4", step="submit"))
    page = juror.post(
        address(assignment), card("2", why_plan="Zdanie z drugiej karty, długie i przemyślane.", revision=1)
    )
    assert page.status_code == 422
    assert "Nowy tekst nie jest zapisany." in page.text
    assert "Ta karta jest złożona i zamknięta." in above_the_text(page)
    assert page.text.count("Tego, co tu wpisano, nie zapisano:") == 1
    assert "Zdanie z drugiej karty, długie i przemyślane." in page.text
    assert stored(store)["plan"][0] == Decimal(4)


def test_the_text_is_closed_until_impartiality_is_declared(pages: Pages, store: Session) -> None:
    person = world.a_juror()
    application = world.an_application(Status.ELIGIBLE)
    fresh = world.an_assignment(application, person, declared=None)
    juror = pages.sign_in(person)
    assert juror.get(address(fresh)).status_code == 404
    assert juror.post(address(fresh), card("4")).status_code == 404
    shown = juror.get(f"{address(fresh)}/bezstronnosc").get_data(as_text=True)
    assert application.title in shown
    assert "C1." not in shown
    refused = juror.post(f"{address(fresh)}/bezstronnosc", {})
    assert refused.status_code == 422
    assert juror.post(f"{address(fresh)}/bezstronnosc", {"impartial": "no"}).status_code == 422
    juror.post(f"{address(fresh)}/bezstronnosc", {"impartial": "yes"})
    assert "C1." in juror.get(address(fresh)).get_data(as_text=True)


@pytest.mark.parametrize("how", ["foreign", "ended", "withdrawn", "no juror any more"])
def test_what_is_not_ones_own_is_not_there(pages: Pages, assignment: Assignment, store: Session, how: str) -> None:
    person = store.get_one(Person, assignment.juror_id)
    if how == "foreign":
        person = world.a_juror()
    elif how == "ended":
        assignment.ended_at = world.NOON
    elif how == "withdrawn":
        store.execute(Assignment.metadata.tables["applications"].update().values(status="withdrawn"))
    else:
        store.execute(Assignment.metadata.tables["round_roles"].update().values(ended_at=world.NOON))
    store.commit()
    visitor = pages.sign_in(person)
    for place in ("", "/bezstronnosc", "/pliki/k7m2xq9fta"):
        assert visitor.get(address(assignment) + place).status_code == 404
    assert visitor.post(address(assignment), card("5"), headers=SILENT).status_code == 404
    assert store.query(ScoreCard).count() == 0


def test_a_file_is_handed_over_only_with_the_application_it_was_sent_with(
    pages: Pages, juror: Pages, assignment: Assignment, store: Session
) -> None:
    sent = store.query(Submission).filter_by(application_id=assignment.application_id).one()
    file = {"public_id": "k7m2xq9fta", "field": "h1_attachments", "name": "List.pdf", "size": 3,
            "media_type": "application/pdf", "sha256": "0" * 64}  # fmt: skip
    sent.attachments = [file | {"sha256": kept(a_pdf())}]
    store.commit()
    answer = juror.get(f"{address(assignment)}/pliki/k7m2xq9fta")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    other = world.an_assignment(world.an_application(Status.ELIGIBLE), store.get_one(Person, assignment.juror_id))
    assert juror.get(f"{address(other)}/pliki/k7m2xq9fta").status_code == 404


def kept(content: bytes) -> str:
    return keep(BytesIO(content), 10_000_000).sha256


def test_a_budget_is_read_in_six_columns_with_nothing_left_out(juror: Pages, assignment: Assignment) -> None:
    page = juror.get(address(assignment)).get_data(as_text=True).replace("\xa0", " ")
    table = page.partition('<table class="listed costs"')[2].partition("</table>")[0]
    assert table.partition("</thead>")[0].count('role="columnheader"') == 6
    first = table.partition("<tbody")[2].partition("</tr>")[0]
    for part in ("Dyżury wieczorne", "Wynagrodzenia", "64 × 30,00 zł / godzina", "Nr działania: 1", "1 920,00 zł"):
        assert part in first


def test_the_lists_and_the_policy_agree(store: Session) -> None:
    person = world.a_juror()
    for declared in (None, True, False):
        for ended in (None, world.NOON):
            one = world.an_assignment(world.an_application(Status.ELIGIBLE), person, declared=declared)
            one.ended_at = ended
    world.an_assignment(world.an_application(Status.ELIGIBLE), world.a_juror())
    store.commit()
    every = [queries.by_public_id(one.public_id) for one in store.query(Assignment)]
    for act, twin in ((May.DECLARE_IMPARTIALITY, queries.own), (May.ASSESS, queries.readable)):
        allowed = {one.id for one in every if one and may(person, act, one)}
        assert allowed == {one.id for one in store.scalars(twin(person))}
        assert allowed


def test_a_save_takes_few_statements(juror: Pages, assignment: Assignment, queries_at_most: Counted) -> None:
    juror.post(address(assignment), card("4"), headers=SILENT)
    token = juror.csrf_token()
    changed = card("4", revision=1, why_need="Inaczej napisane uzasadnienie.", csrf_token=token)
    with queries_at_most(6):
        answer = juror.client.post(address(assignment), data=changed, headers=SILENT)
    assert answer.get_json()["revision"] == 2


@pytest.mark.parametrize("count", [1, 50])
def test_the_queue_takes_the_same_statements_for_one_and_for_fifty(
    pages: Pages, store: Session, queries_at_most: Counted, count: int
) -> None:
    person = world.a_juror()
    author = world.a_person()
    library = world.an_organisation(author)
    for _ in range(count):
        one = world.an_application(Status.ELIGIBLE, by=author, organisation=library)
        world.a_card(world.an_assignment(one, person), ["4"] * len(KEYS))
    juror = pages.sign_in(person)
    with queries_at_most(5):
        text = juror.get("/jury").get_data(as_text=True)
    assert f"{count} z {count}" in text


def test_the_page_of_a_card_takes_few_statements(
    juror: Pages, assignment: Assignment, queries_at_most: Counted
) -> None:
    with queries_at_most(8):
        assert juror.get(address(assignment)).status_code == 200


def test_a_chair_on_the_jury_does_not_see_what_she_is_recused_from(pages: Pages, store: Session) -> None:
    chair = world.a_juror()
    store.add(RoundRole(round_id=world.a_round().id, person_id=chair.id, role=Role.CHAIR, granted_at=world.NOON))
    store.commit()
    seen, hidden = world.an_application(Status.ELIGIBLE), world.an_application(Status.ELIGIBLE)
    for one in (seen, hidden):
        world.a_card(world.an_assignment(one, world.a_juror()), ["4"] * len(KEYS))
    recused = world.an_assignment(hidden, chair, declared=False)
    recused.ended_at, recused.ended_because = world.NOON, "recusal"
    store.commit()
    store.expire_all()
    board = pages.sign_in(chair).get("/biuro/edycje/strefa-eksperymentu-2027/oceny").get_data(as_text=True)
    assert seen.title in board
    assert hidden.title not in board
