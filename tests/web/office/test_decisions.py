"""Decisions in the office while people still move: a withdrawal after the proposal, a change that comes too late."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications import actions as applying
from strefa.contest.applications import queries as applications
from strefa.contest.decisions import queries
from strefa.contest.jury.models import Assignment
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from tests import decided
from tests.pages import Pages

DECISIONS = "/biuro/edycje/strefa-eksperymentu-2027/decyzje"
BECAUSE = "Zamykamy bibliotekę na remont."


def test_a_proposal_with_somebody_who_withdrew_names_her_and_can_only_be_sent_back(
    store: Session, pages: Pages, clock: Clock
) -> None:
    clock.set(decided.MEETING + timedelta(days=1))
    made = decided.a_decided_round(published=False)
    gone = applications.by_public_id(made.applications[0].public_id)
    assert gone is not None
    applying.withdraw(gone, reason=BECAUSE, actor=made.coordinator, now=decided.MEETING)
    store.commit()
    approver, proposal = pages.sign_in(made.approver), made.proposal.public_id

    shown = approver.get(DECISIONS).text
    assert f"Wniosek {gone.number} wycofano po tej propozycji" in shown
    assert f"{proposal}/zatwierdz" not in shown
    assert f"{proposal}/zwroc" in shown
    approver.post(f"/biuro/decyzje/{proposal}/zatwierdz")
    standing = queries.standing(made.round)
    assert standing is not None
    assert standing.approved_at is None

    approver.post(f"/biuro/decyzje/{proposal}/zwroc", {"reason": "Wycofano wniosek z listy."})
    pages.sign_in(made.coordinator).post("/biuro/edycje/strefa-eksperymentu-2027/ranking/propozycja")
    anew = queries.standing(made.round)
    assert anew is not None
    assert gone.number not in {decision.application.number for decision in anew.decisions}


def test_what_was_approved_may_still_be_sent_back_and_nothing_offers_to_change_the_cards(
    store: Session, pages: Pages, clock: Clock
) -> None:
    clock.set(decided.MEETING + timedelta(days=1))
    made = decided.a_decided_round(published=False)
    approver, proposal = pages.sign_in(made.approver), made.proposal.public_id
    approver.post(f"/biuro/decyzje/{proposal}/zatwierdz")
    assert f"{proposal}/zwroc" in approver.get(DECISIONS).text

    office = pages.sign_in(made.coordinator)
    one = made.applications[0].public_id
    cards = "/biuro/edycje/strefa-eksperymentu-2027/oceny"
    assert ("otwórz kartę" in office.get(cards).text, "/cofnij" in office.get(f"/biuro/wnioski/{one}").text) == (
        False,
        False,
    )
    approver.post(f"/biuro/decyzje/{proposal}/zwroc", {"reason": "Jeszcze raz policzymy karty."})
    assert ("otwórz kartę" in office.get(cards).text, "/cofnij" in office.get(f"/biuro/wnioski/{one}").text) == (
        True,
        True,
    )


def test_an_applicant_who_would_withdraw_after_the_results_is_told_how_to_resign(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round()
    clock.set(decided.MEETING + timedelta(days=9))
    one = made.applications[0]
    library = pages.sign_in(store.get_one(Person, one.created_by_id))
    address = f"/moje/wnioski/{one.public_id}/wycofaj"
    assert address not in library.get(f"/moje/wnioski/{one.public_id}").text
    refused = library.post(address, {"reason": BECAUSE})
    assert refused.status_code == 422
    assert "Żeby zrezygnować z dotacji, napisz albo zadzwoń do nas." in refused.text
    assert BECAUSE in refused.text


def test_a_page_left_open_before_the_proposal_says_why_its_change_comes_too_late_and_keeps_the_reason(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round(published=False)
    clock.set(decided.MEETING + timedelta(days=1))
    office = pages.sign_in(made.coordinator)
    card = store.scalars(select(Assignment).where(Assignment.ended_at.is_(None)).order_by(Assignment.id)).first()
    assert card is not None
    juror = pages.sign_in(store.get_one(Person, card.juror_id))
    answers = [
        office.post(f"/biuro/wnioski/{made.applications[0].public_id}/ocena-formalna/cofnij", {"reason": BECAUSE}),
        office.post(f"/biuro/karty/{card.public_id}/otworz", {"reason": BECAUSE}),
        juror.post(
            f"/jury/wnioski/{card.public_id}/bezstronnosc",
            {"impartial": "no", "relation": "kin", "note": BECAUSE},
        ),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "Dopóki propozycja nie wróci do poprawy, ocen nie można zmieniać." in answer.text
        assert BECAUSE in answer.text
