"""Every kind of paper, made from a decided round: valid, whole, readable, and saying what it should."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions import actions as decisions
from strefa.contest.decisions.models import Decision
from strefa.contest.jury.models import ScoreCard
from strefa.contest.screening import list_queries
from strefa.contest.screening.models import CorrectionRequest, FormalList
from strefa.infra import i18n
from strefa.infra.database import reading_only
from strefa.infra.i18n import force_locale
from strefa.infra.messages import Message
from strefa.outputs import papers
from strefa.outputs.letters import rendered
from strefa.outputs.paper_contents import MAKERS
from strefa.outputs.pdf import printed
from strefa.rules.corrections import Item
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import decided, world


def made(kind: str, number: int) -> bytes:
    """Print a paper as the worker does; it raises when the paper is not valid PDF/UA-1."""
    with reading_only(), current_app.test_request_context(), force_locale("pl"):
        paper = MAKERS[kind](number)
        assert paper is not None
        html = papers.rendered(paper)
    return printed(html, paper.dated)


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(text.replace("\u00a0", " ").split())


def pages_of(folder: Path) -> list[str]:
    text = subprocess.run(
        ["pdftotext", "-layout", folder / "paper.pdf", "-"], capture_output=True, text=True, check=True
    )
    return text.stdout.split("\f")[:-1]


def outside_the_margins(folder: Path) -> list[str]:
    """List the words that reach out of the column of text on a page of A4."""
    told = subprocess.run(["pdftotext", "-bbox", folder / "paper.pdf", "-"], capture_output=True, text=True, check=True)
    assert "<word " in told.stdout
    words = re.findall(
        r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="[\d.-]+">(.*?)</word>', told.stdout
    )
    return [word for left, right, word in words if float(left) < LEFT or float(right) > RIGHT]


def subject_of(kind: str, round_: decided.Decided, store: Session) -> int:
    first = round_.applications[0]
    if kind in {"correction_request", "unconsidered_letter", "formal_list"}:
        return of_screening(kind, round_, store)
    match kind:
        case "receipt" | "application":
            return store.query(Submission.id).filter_by(application_id=first.id).one()[0]
        case "formal_card" | "formal_letter":
            return round_.applications[10].id
        case "score_card":
            return store.query(ScoreCard.id).order_by(ScoreCard.id).first()[0]  # pyright: ignore[reportOptionalSubscript]
        case "consolidated_card":
            return round_.applications[5].id
        case "letter":
            return decision_of(round_, 0).id
        case "empty_form":
            return round_.proposal.round_id
        case _:
            return round_.proposal.id


def a_request(application: Application, store: Session) -> CorrectionRequest:
    """Store what an applicant was asked to mend and did not."""
    items = [Item("F3", "b1_title", "Dopiszcie, co sprawdzicie."), Item("F10", "", "Niech złoży dyrektorka.")]
    term = world.NOON + timedelta(days=3)
    request = CorrectionRequest(
        application_id=application.id, items=[item.as_data() for item in items], days=3, sent_at=world.NOON,
        sent_by_id=application.created_by_id, first_deadline=term, deadline=term, lapsed_at=term + timedelta(hours=1),
    )  # fmt: skip
    store.add(request)
    store.commit()
    return request


def of_screening(kind: str, round_: decided.Decided, store: Session) -> int:
    made = a_list(round_, store) if kind == "formal_list" else a_request(round_.applications[0], store)
    return made.id


def a_list(round_: decided.Decided, store: Session) -> FormalList:
    """Store a published list of the formal check."""
    told = FormalList(
        round_id=round_.proposal.round_id, version=2, rows=list_queries.rows_of(round_.applications),
        sha256="a1" * 32, published_at=world.NOON, published_by_id=round_.applications[0].created_by_id,
    )  # fmt: skip
    store.add(told)
    store.commit()
    return told


def decision_of(round_: decided.Decided, number: int) -> Decision:
    application = round_.applications[number]
    return next(one for one in round_.proposal.decisions if one.application_id == application.id)


PROOF = re.compile(r"\b[0-9a-f]{64}\b")
LEFT, RIGHT = 67.5, 533.5  # points: where the column of text begins and ends

SAYS = {
    "receipt": ["Potwierdzenie złożenia", "SE-2027-0011", "trzy tysiące złotych 00/100", "SHA-256"],
    "application": ["Kosztorys", "Dyżury wieczorne", "1 920,00 zł", "Wynagrodzenia"],
    "formal_card": [
        "F12",
        "Wniosek złożyła filia zamiast biblioteki",
        "nie przechodzi oceny formalnej",
        "Łucja Ćwik",
        "Sprawdził program: Wniosek wpłynął: 1 lutego 2027, 12:00",
    ],
    "formal_letter": ["Gminna Biblioteka w Dąbiu", "F4", "Wniosek złożyła filia zamiast biblioteki"],
    "formal_list": ["Wyniki oceny formalnej", "lista nr 2", "SE-2027-0011", "odrzucony formalnie"],
    "correction_request": [
        "Wezwanie do uzupełnienia wniosku",
        "czwartek, 4 lutego 2027, 12:00",
        "3 dni robocze",
        "B1. Tytuł eksperymentu",
        "Dopiszcie, co sprawdzicie.",
        "F3.",
        "Wniosek trzeba złożyć jeszcze raz",
        "F10.",
    ],
    "unconsidered_letter": ["Wniosek pozostawiony bez rozpatrzenia", "4 lutego 2027", "Dopiszcie, co sprawdzicie."],
    "score_card": ["Zofia Żuk", "91,50 z 100", "4½ z 5", "Uzasadnienie novelty."],
    "consolidated_card": ["Ekspert 1", "Ekspert 3", "79,50", "Uzasadnienie feasibility."],
    "minutes": ["Zofia Żuk", "Ola Świerk", "Ex aequo", "31 851,75 zł", "2 148,25 zł", "Łucja Ćwik", "Żaneta Śliwa"],
    "ranking": [
        "Zażółć gęślą jaźń",
        "95,25",
        "Tu kończą się dotacje: w puli zostaje 2 148,25 zł",
        "Lista rezerwowa",
        "Próg: 60",
    ],
    "letter": ["Dotacja na eksperyment", "5 000,00 zł", "pięć tysięcy złotych 00/100", "95,25"],
    "empty_form": [
        "Pusty formularz wniosku",
        "A0a. Biblioteka partnerska",
        "Odpowiedz, jeśli w A0 jest „Organizacja pozarządowa",
        "Suma pozycji to ilość razy cena",
        "najwyżej 12 wierszy",
        "lubelskie",
        "Prawdziwość danych",
        "Administracja: najwyżej 10 % dotacji",
        "11 lutego 2027",
    ],
    "report": [
        "31 851,75 zł",
        "złożonych wniosków",
        "województw z wnioskami",
        "dofinansowanych eksperymentów",
        "mazowieckie",
        "złożone: 2, dotacje: 2",
        "próg: 60",
        "Eksperymentalność i nowość",
        "Razem wnioskowano 18 000,00 zł",
    ],
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_paper_is_valid_embeds_its_letters_and_says_what_it_should(kind: str, store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()

    pdf = made(kind, subject_of(kind, round_, store))

    text = text_of(pdf, tmp_path)
    assert [said for said in SAYS[kind] if said.lower() not in text.lower()] == []
    assert "None" not in text
    assert "dotacje w części są mniejsze" not in text, "here the budgets ask for less than was awarded"
    pages = pages_of(tmp_path)
    assert [at for at, page in enumerate(pages, 1) if not PROOF.search(page)] == []
    assert [at for at, page in enumerate(pages, 1) if f"{at}/{len(pages)}" not in page.replace(" ", "")] == []
    assert outside_the_margins(tmp_path) == []
    fonts = subprocess.run(["pdffonts", tmp_path / "paper.pdf"], capture_output=True, text=True, check=True).stdout
    embedded = [line.split()[-5] for line in fonts.splitlines()[2:]]
    assert embedded
    assert set(embedded) == {"yes"}


def test_words_without_an_end_stay_inside_the_page(store: Session, tmp_path: Path) -> None:
    word, address = "Konstantynopolitańczykowianeczka" * 4, "https://example.org/" + "katalog_zbiorów_" * 8
    round_ = decided.a_decided_round()
    application = round_.applications[0]
    application.title = application.applicant_name = word
    submission = store.query(Submission).filter_by(application_id=application.id).one()
    answers = submission.answers
    submission.answers = answers | {
        "b1_title": word,
        "c1_need": f"Tu: {address}",
        "d1_activities": [row | {"what": address, "who": word} for row in answers["d1_activities"]],
        "g1_budget": [row | {"cost": word} for row in answers["g1_budget"]],
    }
    store.commit()

    for kind, number in ("application", submission.id), ("ranking", round_.proposal.id):
        (tmp_path / "paper.pdf").write_bytes(made(kind, number))
        assert outside_the_margins(tmp_path) == []


def test_every_kind_of_paper_is_tested() -> None:
    assert SAYS.keys() == MAKERS.keys()


@pytest.mark.parametrize("kind", ["minutes", "report", "letter"])
def test_equal_data_give_equal_bytes(kind: str, store: Session) -> None:
    round_ = decided.a_decided_round()
    subject = subject_of(kind, round_, store)

    assert made(kind, subject) == made(kind, subject)


def test_the_date_inside_a_paper_comes_from_the_data(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    (tmp_path / "paper.pdf").write_bytes(made("letter", subject_of("letter", round_, store)))
    told = subprocess.run(["pdfinfo", "-isodates", tmp_path / "paper.pdf"], capture_output=True, text=True, check=True)
    (line,) = [line for line in told.stdout.splitlines() if line.startswith("CreationDate")]
    assert datetime.fromisoformat(line.split()[1]).astimezone(UTC) == decided.MEETING + timedelta(days=5)


def test_the_consolidated_card_names_nobody_who_judged(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    text = text_of(made("consolidated_card", round_.applications[0].id), tmp_path)
    assert [juror.name for juror in round_.jurors if juror.name in text] == []


def test_the_minutes_name_whoever_presided_where_she_signs(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    world.a_person(Role.CHAIR, round_=round_.round, name="Seweryna Łubaczewska")
    text = text_of(made("minutes", round_.proposal.id), tmp_path)
    assert "Seweryna Łubaczewska" in text.partition("Podpisy")[2]


@pytest.mark.parametrize("kind", ["minutes", "report"])
def test_what_was_left_unconsidered_is_counted_apart(kind: str, store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    for status in (Status.UNCONSIDERED, Status.UNCONSIDERED, Status.INELIGIBLE):
        world.an_application(status)
    text = " ".join(text_of(made(kind, subject_of(kind, round_, store)), tmp_path).split())
    figures = text.partition("Odrzucone formalnie")[2][:60]
    assert " ".join(figures.split()).startswith("2 Pozostawione bez 2 rozpatrzenia"), figures


def test_minutes_do_not_give_the_pseudonyms_away_by_the_order_of_names(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    text = text_of(made("minutes", round_.proposal.id), tmp_path)
    places = [text.index(name) for name in sorted(juror.name for juror in round_.jurors)]
    assert places == sorted(places)


LETTERS = {
    6: ["Miejsce na liście rezerwowej", "69,75", "31 lipca 2027"],
    8: [
        "Wynik konkursu",
        "Tym razem Wasz wniosek nie dostał dotacji",
        "Punkty z kart, bez dodatkowych, to 49,00: poniżej progu 60",
    ],
}


@pytest.mark.parametrize(("number", "said"), LETTERS.items())
def test_a_letter_says_what_was_decided_and_why(number: int, said: list[str], store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    text = text_of(made("letter", decision_of(round_, number).id), tmp_path)
    assert [one for one in said if one not in text] == []


def test_who_moves_up_from_the_reserve_gets_a_letter_and_the_list_says_it(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    later = decided.MEETING + timedelta(days=20)
    first = decision_of(round_, 0)
    decisions.resign(first, "Zmiana planów biblioteki.", actor=round_.coordinator, now=later)
    (promoted,) = decisions.promote(round_.round, round_.proposal, actor=round_.coordinator, now=later)
    store.commit()

    letter = text_of(made("letter", promoted.id), tmp_path)
    assert "Zwolniły się pieniądze" in letter
    assert "30 marca 2027" in letter
    listed = text_of(made("ranking", round_.proposal.id), tmp_path)
    assert "Zmiany po ogłoszeniu" in listed
    assert "SE-2027-0011: rezygnacja z dotacji 5 000,00 zł, 30 marca 2027." in listed
    told = text_of(made("letter", first.id), tmp_path)
    assert "Gratulujemy! Wasz eksperyment dostaje dotację." in told
    assert "5 000,00 zł" in told
    mails = store.scalars(select(Message).where(Message.template == "resigned")).all()
    assert "rezygnację z dotacji 5 000,00 zł" in rendered(mails[0])[1].replace("\xa0", " ")


def test_a_letter_about_the_formal_check_bears_the_day_on_which_it_goes_out(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    failed = next(one for one in round_.applications if one.status is Status.INELIGIBLE)
    published = round_.round.results_published_at
    assert published is not None
    text = text_of(made("formal_letter", failed.id), tmp_path)
    with force_locale("pl"):
        assert f"pismo z dnia {i18n.day(published)}".replace("\xa0", " ") in text


def test_papers_of_decisions_wait_for_decisions(store: Session) -> None:
    round_ = decided.a_decided_round(published=False)
    decisions.return_proposal(
        round_.round,
        round_.proposal,
        "Kwoty trzeba policzyć jeszcze raz.",
        actor=round_.approver,
        now=decided.MEETING,
    )
    store.commit()
    with reading_only():
        assert MAKERS["consolidated_card"](round_.applications[0].id) is None
        assert MAKERS["letter"](round_.proposal.decisions[0].id) is None
        assert MAKERS["formal_card"](round_.applications[0].id) is None
