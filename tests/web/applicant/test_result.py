"""After the publication a librarian reads her result on her own pages, in words; before it nothing of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import Outcome
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.rules.lifecycle import Status
from tests import world
from tests.decided import a_decided_round
from tests.pages import Pages

RESULTS = {
    Outcome.FUNDED: ("Wynik: dotacja, ", '<span class="badge good">dotacja</span>'),
    Outcome.PARTIAL: ("Wynik: dotacja w części, ", '<span class="badge good">dotacja częściowa</span>'),
    Outcome.RESERVE: ("Wynik: lista rezerwowa", '<span class="badge wait">lista rezerwowa</span>'),
    Outcome.REFUSED: ("Wynik: bez dotacji", '<span class="badge ">bez dotacji</span>'),
}


def said(pages: Pages, store: Session, application: Application) -> tuple[str, str]:
    hers = pages.sign_in(store.get_one(Person, application.created_by_id))
    both = [hers.get(address).get_data(as_text=True) for address in (f"/moje/wnioski/{application.public_id}", "/moje")]
    return both[0].replace("\xa0", " "), both[1]


@pytest.mark.parametrize("outcome", RESULTS)
def test_every_result_is_said_once_it_is_published(pages: Pages, store: Session, outcome: Outcome) -> None:
    decided = a_decided_round(published=True)
    decision = decided.proposal.decisions[0]
    decision.outcome = outcome
    store.commit()
    title, badge = RESULTS[outcome]
    own, desk = said(pages, store, decision.application)
    assert title in own
    assert badge in own
    assert badge in desk


def test_nothing_of_a_proposal_shows_before_the_publication(pages: Pages, store: Session) -> None:
    decided = a_decided_round(published=False)
    own, desk = said(pages, store, decided.proposal.decisions[0].application)
    for page in (own, desk):
        assert "Wynik" not in page
        assert "dotacja</span>" not in page
        assert "złożony</span>" in page


def test_whoever_has_sent_all_she_may_is_told_before_she_begins_another(pages: Pages, store: Session) -> None:
    ala = world.a_person()
    sent, free = (
        world.an_organisation(ala, name="Biblioteka Pełna"),
        world.an_organisation(ala, name="Biblioteka Wolna"),
    )
    world.an_application(Status.SUBMITTED, by=ala, organisation=sent)
    world.an_application(Status.WITHDRAWN, by=ala, organisation=free)
    page = pages.sign_in(ala).get("/moje/nowy/strefa-eksperymentu-2027").get_data(as_text=True).replace("\xa0", " ")
    assert page.count("Ta organizacja złożyła już w tej edycji 1 wniosek, a może najwyżej 1.") == 1
    assert page.index("Biblioteka Pełna") < page.index("złożyła już") < page.index("Biblioteka Wolna")


@pytest.mark.parametrize("over", [False, True])
def test_who_waits_on_the_reserve_list_is_promised_word_only_while_the_list_holds(
    over: bool, pages: Pages, store: Session, clock: Clock
) -> None:
    decided = a_decided_round(published=True)
    ends = datetime(2027, 7, 31, 22, tzinfo=UTC)  # midnight in Poland after the last day of the list
    clock.set(ends if over else ends - timedelta(seconds=1))
    waits = next(one for one in decided.proposal.decisions if one.outcome is Outcome.RESERVE)
    own, _desk = said(pages, store, waits.application)
    assert ("Gdy ktoś zrezygnuje, damy znać." in own) is not over
    assert ("Lista rezerwowa nie jest już ważna." in own) is over
