"""What was mended on request and is taken back waits as mended: a check taken back, and another request."""

import pytest
from sqlalchemy.orm import Session

from strefa.cli.invariants.judged import statuses
from strefa.contest.applications.models import Application
from strefa.contest.people.models import Person
from strefa.rules.lifecycle import Status
from tests import world
from tests.pages import Pages
from tests.web.office.test_corrections import NOTE, ala, asked, home, marked, now_of, office, staff
from tests.web.office.test_screening import address, verdicts

__all__ = ["ala", "asked"]


@pytest.fixture
def mended(pages: Pages, store: Session, asked: Application, ala: Person) -> Application:
    hers = pages.sign_in(ala)
    hers.post(home(asked, "/b"), {"b1_title": "Noc w ogrodzie", "revision": "1"})
    assert hers.send_application(asked.public_id).status_code == 302
    return now_of(store, asked)


def wrong(application: Application) -> list[str]:
    return [line for line in statuses() if str(application.number) in line]


@pytest.mark.parametrize("failing", [{}, {"F4-passed": "no", "F4-reason": "branch", "F4-note": "Podpisała filia."}])
def test_a_check_of_a_mended_application_leads_back_to_mended(
    pages: Pages, store: Session, mended: Application, ala: Person, failing: dict[str, str]
) -> None:
    before = pages.sign_in(ala).get(home(mended)).text.count("uzupełniony")
    assert staff(pages).post(address(mended), verdicts(**failing)).status_code == 302
    assert staff(pages).post(f"{address(mended)}/cofnij", {"reason": "Dosłano pełnomocnictwo."}).status_code == 302
    assert now_of(store, mended).status is Status.CORRECTED
    assert pages.sign_in(ala).get(home(mended)).text.count("uzupełniony") == before > 0
    assert not wrong(mended)


def test_another_request_taken_back_leads_back_to_mended(pages: Pages, store: Session, mended: Application) -> None:
    round_ = world.a_round()
    world.a_round(template=round_.template | {"screening": {"most_requests": 2}}, template_sha256="asked twice here")
    again = staff(pages).post(office(mended), marked(b1_title=NOTE) | {"send": "1"})
    assert again.status_code == 302
    assert now_of(store, mended).status is Status.CORRECTING
    assert staff(pages).post(office(mended, "/cofnij"), {"because": "Pomyłka: tytuł jest dobry."}).status_code == 302
    assert now_of(store, mended).status is Status.CORRECTED
    assert not wrong(mended)
