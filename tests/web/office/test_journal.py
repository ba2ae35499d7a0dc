"""The journal on its page: words, names and złoty, in the language of whoever reads."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy.orm import Session

from strefa.contest.rounds.models import Round
from strefa.infra.journal import reading, record
from strefa.outputs.particulars import happenings
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.pages import Pages

PAGE = "/biuro/edycje/strefa-eksperymentu-2027/dziennik"
HASH = "d9356b32f037bd3edbae6e44f4cd4e55e77a4a5ed3ceddb21bb4db0738670854"


def kept(store: Session, verb: str, subject: str, **details: Any) -> Round:
    round_ = world.a_round()
    record(verb, subject, actor=None, now=world.NOON, round_id=round_.id, **details)
    store.commit()
    return round_


def said(pages: Pages, language: str = "pl") -> str:
    reader = pages.sign_in(world.a_person(Role.COORDINATOR, language=language))
    return reader.get(PAGE).get_data(as_text=True).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("details", "polish", "english"),
    [
        ({"amount_grosze": 450000}, "kwota: 4 500,00 zł", "amount: PLN 4,500.00"),
        ({"points": "62.50", "relation": ""}, "punkty: 62,50", "points: 62.50"),
        ({"passed": False, "failed": {}}, "spełnia wymogi: nie", "meets the criteria: no"),
        ({"kind": "third", "because": ["margin"]}, "rodzaj: trzecia ocena; powód: różnica ponad margines", "third"),
        ({"role": "juror"}, "rola: juror", "role: juror"),
        ({"closes": "2027-02-11T14:00:00+00:00"}, "koniec naboru: ", "call closes: "),
        ({"size": 61814, "name": "Zgoda.jpg"}, "rozmiar: 61 kB; plik: Zgoda.jpg", "size: 61 kB; file: Zgoda.jpg"),
        ({"result_hash": HASH, "plan": "3n8bzrpnbz"}, "skrót wyniku: d9356b32f037…", "hash of the result: d9356b32"),
        ({"numbers": ["SE-2027-0002", "SE-2027-0001"]}, "SE-2027-0002, SE-2027-0001", "applications in order: SE"),
        ({"begun": 1200}, "nowych par: 1 200", "pairs begun: 1,200"),
    ],
)
def test_details_are_written_in_words(
    pages: Pages, store: Session, details: dict[str, Any], polish: str, english: str
) -> None:
    kept(store, "promote", "proposal:4zr3dmd6en", **details)
    assert polish in said(pages)
    assert english in said(pages, "en")
    assert "3n8bzrpnbz" not in said(pages)


def test_a_formal_failure_names_its_criterion_and_reason(pages: Pages, store: Session) -> None:
    kept(store, "decide_formally", "application:x", passed=False, failed={"F4": "not_a_library", "F99": "gone"})
    page = said(pages)
    assert "niespełnione: F4 (Wnioskodawca nie jest biblioteką" in page
    assert "F99 (gone)" in page


def test_applications_and_people_are_named_and_a_draft_is_not_opened_to_the_office(
    pages: Pages, store: Session
) -> None:
    sent, draft = world.an_application(Status.ELIGIBLE), world.an_application(Status.DRAFT)
    juror = world.a_juror(name="Halina Mrozowska")
    kept(store, "attach", f"application:{draft.public_id}", name="Szkic.pdf")
    kept(store, "add_juror", f"application:{sent.public_id}", juror=juror.public_id, kind="third")
    kept(store, "leave_panel", f"person:{juror.public_id}", reason="Choroba", ended=2)
    page = said(pages)
    assert f'<a href="/biuro/wnioski/{sent.public_id}">{sent.number}</a>' in page
    assert "kto ocenia: Halina Mrozowska" in page
    assert "Halina Mrozowska; powód: Choroba" in page
    assert draft.public_id not in page
    assert draft.title not in page


def test_a_page_takes_the_same_statements_however_much_it_tells(
    store: Session, queries_at_most: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    juror, sent = world.a_juror(), world.an_application(Status.ELIGIBLE)
    for _ in range(12):
        round_ = kept(store, "add_juror", f"application:{sent.public_id}", juror=juror.public_id, kind="third")
    store.refresh(round_)
    with queries_at_most(5):
        assert len(happenings(round_, reading.listed(round_.id).rows)) == 13
