"""One's own name: whoever has an account writes it as she wants it, and the journal keeps the one before."""

import pytest
from sqlalchemy.orm import Session

from strefa.infra.journal import Entry, verify_chain
from strefa.rules.policy import Role
from strefa.rules.text import search_key
from tests import world
from tests.pages import Pages


def test_somebody_corrects_her_own_name(store: Session, pages: Pages) -> None:
    ala = world.a_person(name="Ala Kowlaska")
    hers = pages.sign_in(ala)
    assert 'href="/konto/imie"' in hers.get("/konto").text
    assert 'value="Ala Kowlaska"' in hers.get("/konto/imie").text
    for wrong, said in (("  ", "Podaj imię i nazwisko."), ("x" * 300, "Skróć do")):
        refused = hers.post("/konto/imie", {"name": wrong})
        assert (refused.status_code, said in refused.text) == (422, True)
    assert hers.post("/konto/imie", {"name": " Ala Żółć "}).status_code == 302
    store.refresh(ala)
    assert (ala.name, ala.search_key) == ("Ala Żółć", search_key(f"Ala Żółć {ala.email}"))
    assert [entry.verb for entry in store.query(Entry).order_by(Entry.sequence)][-1:] == ["rename"]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_journal_of_a_round_in_which_she_has_a_role_says_the_old_name_and_the_new(
    store: Session, pages: Pages, language: str
) -> None:
    juror = world.a_juror(name="Halina Mrozowska")
    pages.sign_in(juror).post("/konto/imie", {"name": "Halina Mróz"})
    reader = pages.sign_in(world.a_person(Role.COORDINATOR, language=language))
    page = reader.get("/biuro/edycje/strefa-eksperymentu-2027/dziennik").text.replace("\xa0", " ")
    assert {
        "pl": "przedtem: Halina Mrozowska; teraz: Halina Mróz",
        "en": "before: Halina Mrozowska; now: Halina Mróz",
    }[language] in page
    assert {"pl": "zmiana imienia i nazwiska", "en": "change of name"}[language] in page


def test_the_old_name_of_somebody_erased_stays_nowhere_in_the_journal_and_the_chain_stays_valid(
    store: Session, pages: Pages
) -> None:
    ala = world.a_person(name="Ala Kowlaska")
    pages.sign_in(ala).post("/konto/imie", {"name": "Ala Żółć"})
    (entry,) = store.query(Entry).filter_by(verb="rename")
    assert (entry.details, entry.round_id) == ({"before": "Ala Kowlaska", "after": "Ala Żółć"}, None)
    entry.salt = entry.details = None
    store.commit()
    assert "Kowlaska" not in str([(one.subject, one.details) for one in store.query(Entry)])
    assert list(verify_chain()) == []
