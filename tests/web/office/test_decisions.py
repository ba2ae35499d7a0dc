"""Decisions in the office while people still move: withdrawals, changes that come too late, the reserve list."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications import queries as applications
from strefa.contest.applications import sending_actions as applying
from strefa.contest.decisions import actions, queries
from strefa.contest.decisions.models import Outcome
from strefa.contest.jury.models import Assignment
from strefa.contest.people.models import Person, RoundRole
from strefa.infra.clock import Clock
from strefa.rules.policy import Role
from tests import decided, world
from tests.contest.decisions.test_reserve import with_equals_waiting
from tests.pages import Pages

ROUND = "/biuro/edycje/strefa-eksperymentu-2027"
DECISIONS = f"{ROUND}/decyzje"
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


NOBODY = "Nikt w zespole edycji nie może zatwierdzić tej propozycji"


@pytest.mark.parametrize("who", ["coordinator", "chair"])
def test_where_nobody_may_approve_both_pages_say_whom_to_invite(
    store: Session, pages: Pages, clock: Clock, who: str
) -> None:
    made = decided.a_decided_round(published=False)
    clock.set(decided.MEETING + timedelta(days=1))
    visitor = pages.sign_in(made.coordinator if who == "coordinator" else world.a_person(Role.CHAIR))
    for address in (DECISIONS, ROUND):
        assert NOBODY not in visitor.get(address).text.replace("\xa0", " ")
    store.query(RoundRole).filter_by(role=Role.APPROVER).update({RoundRole.ended_at: world.NOON})
    store.add(
        RoundRole(
            person_id=made.coordinator.id, round_id=made.round.id, role=Role.APPROVER, granted_at=world.NOON
        )
    )  # fmt: skip
    store.commit()
    for address in (DECISIONS, ROUND):
        page = visitor.get(address).text.replace("\xa0", " ")
        assert NOBODY in page, "who proposed cannot approve, whatever her roles"
        main = page.partition("<main")[2]
        assert (f'href="{ROUND}/zespol"' in main) == (who == "coordinator")
    pages.sign_in(made.coordinator).post(
        f"{ROUND}/zespol", {"name": "Lidia", "email": "lidia@example.org", "role": "approver"}
    )
    for address in (DECISIONS, ROUND):
        page = visitor.get(address).text.replace("\xa0", " ")
        assert NOBODY not in page
        assert "zaproszenie do zatwierdzania decyzji czeka na odpowiedź" in page


def test_who_sent_a_proposal_back_and_cannot_propose_is_told_who_does(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round(published=False)
    clock.set(decided.MEETING + timedelta(days=1))
    approver = pages.sign_in(made.approver)
    approver.post(f"/biuro/decyzje/{made.proposal.public_id}/zwroc", {"reason": "Jeszcze raz policzymy karty."})
    page = approver.get(DECISIONS).text.replace("\xa0", " ")
    assert "Zaproponujesz je" not in page
    assert "Propozycję składa koordynacja programu albo przewodnicząca jury" in page
    assert "Do rankingu" not in page
    assert "Zaproponujesz je na stronie rankingu" in pages.sign_in(made.coordinator).get(DECISIONS).text.replace(
        "\xa0", " "
    )


OFFERED = "Daj dotację następnemu z rezerwy"
RESERVE_ENDS = datetime(2027, 7, 31, 22, tzinfo=UTC)
"""Midnight in Poland after the last day of the reserve list."""


@pytest.mark.parametrize("over", [False, True])
def test_a_grant_from_the_reserve_is_offered_until_the_list_is_over(
    over: bool, store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round()
    actions.resign(made.proposal.decisions[0], BECAUSE, actor=made.coordinator, now=decided.MEETING + timedelta(days=9))
    store.commit()
    clock.set(RESERVE_ENDS if over else RESERVE_ENDS - timedelta(seconds=1))
    office, address = pages.sign_in(made.coordinator), f"/biuro/decyzje/{made.proposal.public_id}/rezerwa"

    shown = office.get(DECISIONS).text.replace("\u00a0", " ")
    assert (OFFERED in shown, address in shown) == (not over, not over)
    assert ("Lista jest ważna do 31 lipca 2027 włącznie." in shown) is not over
    assert ("Lista rezerwowa była ważna do 31 lipca 2027 włącznie, więc nikt już" in shown) is over
    assert ("Gdy ktoś zrezygnuje" in shown) is not over

    answer = office.post(address, follow_redirects=True).text.replace("\u00a0", " ")
    assert ("Następny wniosek z listy rezerwowej dostał dotację i list." in answer) is not over
    store.expire_all()
    standing = queries.standing(made.round)
    assert standing is not None
    assert any(decision.promoted_at for decision in standing.decisions) is not over


def test_a_round_without_a_reserve_list_says_that_nobody_waits(store: Session, pages: Pages, clock: Clock) -> None:
    made = decided.a_decided_round()
    for decision in made.proposal.decisions:
        if decision.outcome is Outcome.RESERVE:
            decision.outcome = Outcome.REFUSED
    store.commit()
    clock.set(decided.MEETING + timedelta(days=9))

    shown = pages.sign_in(made.coordinator).get(DECISIONS).text
    assert "Na liście rezerwowej nikt nie czeka." in shown
    assert OFFERED not in shown
    assert "Gdy ktoś zrezygnuje" not in shown


def test_a_ranking_calls_the_figure_with_the_bonus_by_another_name_than_the_one_the_threshold_asks_for(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round()
    clock.set(decided.MEETING + timedelta(days=9))

    page = pages.sign_in(made.coordinator).get("/biuro/edycje/strefa-eksperymentu-2027/ranking")
    rows = html.fromstring(page.get_data()).xpath("//tbody/tr")
    (row,) = [one for one in rows if (made.applications[8].number or "") in one.text_content()]
    shown = " ".join(page.text.replace("\u00a0", " ").split())
    row_text = " ".join(row.text_content().replace("\u00a0", " ").split())

    assert "Wynik to punkty z kart (średnia) i punkty dodatkowe" in shown
    assert "Próg to 60 punktów z kart, bez dodatkowych." in shown
    assert "Punkty z kart, bez dodatkowych, to 49,00: poniżej progu 60." in row_text
    assert row.xpath("string(td[@data-label='Wynik']//b)") == "51,00"


def test_a_resignation_stands_in_its_row_with_its_day_and_reason_and_the_promotion_with_its_day(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round()
    later = decided.MEETING + timedelta(days=20)
    actions.resign(made.proposal.decisions[0], BECAUSE, actor=made.coordinator, now=later)
    (risen,) = actions.promote(made.round, made.proposal, actor=made.coordinator, now=later + timedelta(days=1))
    store.commit()
    clock.set(later + timedelta(days=2))

    rows = html.fromstring(pages.sign_in(made.coordinator).get(DECISIONS).get_data()).xpath("//tbody/tr")
    told = [" ".join(row.text_content().replace("\u00a0", " ").split()) for row in rows]
    numbers = [one.application.number or "" for one in (made.proposal.decisions[0], risen)]
    gone, up = (next(one for one in told if number in one) for number in numbers)
    assert f"rezygnacja Rezygnacja z dnia 30 marca 2027, powód: {BECAUSE} Przed rezygnacją: Miejsce 1" in gone
    assert "Wniosek wszedł z listy rezerwowej, bo zwolniły się pieniądze. · 31 marca 2027" in up


def test_a_returned_proposal_stands_first_until_the_next_is_made_and_then_among_the_earlier_ones(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round(published=False)
    clock.set(decided.MEETING + timedelta(days=1))
    later = decided.MEETING + timedelta(days=1)
    actions.return_proposal(made.round, made.proposal, "Zła pula w protokole.", actor=made.approver, now=later)
    store.commit()
    office = pages.sign_in(made.coordinator)
    said = "Zwrócona propozycja z dnia 10 marca 2027, powód: Zła pula w protokole."
    history = "Z dnia 10 marca 2027, zwrócona 11 marca 2027, powód: Zła pula w protokole."

    before = office.get(DECISIONS).text.replace("\u00a0", " ")
    assert (said in before, history in before) == (True, False)
    actions.propose(made.round, actor=made.coordinator, now=later)
    store.commit()
    after = office.get(DECISIONS).text.replace("\u00a0", " ")
    assert (said in after, history in after) == (False, True)
    assert after.index("Decyzje w kolejności listy") < after.index(history)


def test_the_office_is_led_to_the_vote_between_equals_on_the_reserve_list(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made, (first, second) = with_equals_waiting()
    store.commit()
    clock.set(decided.MEETING + timedelta(days=20))
    office, ranking = pages.sign_in(made.coordinator), DECISIONS.replace("decyzje", "ranking")
    assert f'href="{ranking}#vote"' in office.get(DECISIONS).text
    page = office.get(ranking).text.replace("\u00a0", " ")
    assert "Na liście rezerwowej równe są wnioski" in page
    assert "Jak głosowano (trafi do dziennika)" in page
    assert "trafi do protokołu" not in page
    wrong = office.post(f"{ranking}/glosowanie", {"numbers": first, "note": "Siedem do dwóch."})
    assert (wrong.status_code, "Siedem do dwóch." in wrong.text) == (422, True)
    silent = office.post(f"{ranking}/glosowanie", {"numbers": f"{second}\n{first}", "note": " tak "})
    assert (silent.status_code, f"{second}\n{first}</textarea>" in silent.text.replace("\r", "")) == (422, True)
    assert "Napisz krótko, jak głosowano" in silent.text.partition('id="note"')[0].rpartition('for="note"')[2]
    kept = office.post(f"{ranking}/glosowanie", {"numbers": f"{second}\n{first}", "note": "Siedem do dwóch."})
    assert kept.headers["Location"] == DECISIONS
    offered = office.get(DECISIONS).text
    assert "#vote" not in offered
    assert "Daj dotację następnemu z rezerwy" in offered


def test_a_vote_that_comes_when_nothing_is_left_to_settle_is_told_so_and_kept_on_the_page(
    store: Session, pages: Pages, clock: Clock
) -> None:
    made = decided.a_decided_round()
    numbers = "\n".join(one.application.number or "" for one in made.proposal.decisions[:2])
    address = DECISIONS.replace("decyzje", "ranking")
    answer = pages.sign_in(made.coordinator).post(
        f"{address}/glosowanie", {"numbers": numbers, "note": "Jednogłośnie."}
    )
    assert answer.status_code == 422
    assert "Jednogłośnie." in answer.text
    assert "Decyzje są już zaproponowane." in answer.text.replace("\u00a0", " ")
