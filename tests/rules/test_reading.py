from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from strefa.contest.rounds import template_file
from strefa.rules.facts import AttachedFile
from strefa.rules.reading import Line, place_of, read
from tests.answers import COMPLETE

ROUND = template_file.load(template_file.shipped("strefa-eksperymentu"))
FORM, FACTS = ROUND.form, ROUND.frame.facts()


def line(key: str, language: str = "pl", facts: Any = FACTS, **changes: Any) -> Line:
    sections = read(FORM, deepcopy(COMPLETE) | changes, facts, language)
    return next(line for section in sections for line in section.lines if line.key == key)


def test_every_question_is_read_in_form_order_even_when_nothing_was_answered():
    lines = [line.key for section in read(FORM, {}, FACTS) for line in section.lines]
    assert lines == [field.key for field in FORM.fields if field.required_when is None]
    unanswered = [line for section in read(FORM, {}, FACTS) for line in section.lines if line.kind != "declarations"]
    assert not any(line.is_answered for line in unanswered)


def test_a_question_that_does_not_concern_the_applicant_is_left_out():
    keys = [line.key for section in read(FORM, COMPLETE, FACTS) for line in section.lines]
    assert "g3_from" in keys
    assert "a0_partner_library" not in keys


@pytest.mark.parametrize(
    ("key", "typed", "polish", "english", "figure"),
    [
        ("g3_from", "2500", "2\u00a0500,00\u00a0zł", "PLN\u00a02,500.00", 250_000),
        ("g3_from", "dużo", "dużo", "dużo", None),
        ("a6_population", "9000", "9\u00a0000", "9,000", 9000),
        ("a6_population_date", "2025-12-31", "31.12.2025", "31 December 2025", date(2025, 12, 31)),
        ("a3_nip", "5213017228", "521-301-72-28", "521-301-72-28", None),
        ("a6_commune_kind", "rural", "wiejska", "rural", None),
        ("a10_earlier", "no", "nie", "no", None),
        ("f2_products", ["guide", "game"], "Poradnik, Gra", "Guide, Game", None),
        ("b5_dates", {"from": "2027-05-04", "to": "2027-09-30"}, "4.05.2027 – 30.09.2027", "4 May 2027 – 30 September 2027", None),
        ("b5_dates", {"from": "", "to": ""}, "", "", None),
        ("b1_title", "  Nocne marki\r\n", "Nocne marki", "Nocne marki", None),
    ],
)  # fmt: skip
def test_an_answer_is_written_in_the_language_of_the_reader(
    key: str, typed: Any, polish: str, english: str, figure: Any
):
    for language, expected in (("pl", polish), ("en", english)):
        seen = line(key, language, **{key: typed})
        assert (seen.value, seen.figure) == (expected, figure)


def test_a_table_keeps_its_rows_and_the_plan_its_numbers():
    empty = {"what": "", "from": "", "to": "", "who": ""}
    activity = COMPLETE["d1_activities"][1]
    plan = line("d1_activities", d1_activities=[empty, activity])
    assert plan.header == ("Nr", "Co zrobicie", "Od", "Do", "Kto")
    assert plan.rows == (("2", "Podsumowanie i poradnik", "1.09.2027", "30.09.2027", "Maria Zielińska"),)
    assert plan.figures == (0,)
    assert line("c3_audience", "en").header == ("Group", "Number of people")


def test_the_budget_is_printed_with_row_totals_and_sums():
    budget = line("g1_budget")
    assert len({len(row) for row in (budget.header, *budget.rows, budget.totals)}) == 1
    assert budget.rows[0] == (
        "Wynagrodzenia", "Dyżury wieczorne", "1", "64", "godzina", "30,00\u00a0zł", "1\u00a0920,00\u00a0zł",
        "1\u00a0920,00\u00a0zł", "", "", "",
    )  # fmt: skip
    assert budget.totals[6:] == (
        "3\u00a0800,00\u00a0zł", "3\u00a0000,00\u00a0zł", "100,00\u00a0zł", "700,00\u00a0zł", "0,00\u00a0zł",
    )  # fmt: skip


def test_attachments_and_declarations_are_part_of_the_reading():
    files = (AttachedFile("h1_attachments", "List.pdf", 1), AttachedFile("h1_attachments", "Plan.odt", 1_600_000))
    attached = line("h1_attachments", facts=replace(FACTS, attachments=files))
    assert attached.rows == (("List.pdf", "1\u00a0kB"), ("Plan.odt", "1,6\u00a0MB"))
    declared = line("i1_declarations", i1_declarations={"truth": "1"})
    assert [row[2] for row in declared.rows] == ["tak, wersja 1"] + [""] * 7


def test_personal_data_are_marked():
    marked = {line.key for section in read(FORM, COMPLETE, FACTS) for line in section.lines if line.personal}
    assert marked == {"a8_signatory", "a9_contact", "a9_email", "a9_phone"}


def test_the_english_reading_holds_no_polish_words_of_the_form():
    for section in read(FORM, {}, FACTS, "en"):
        for seen in section.lines:
            text = "".join((section.title, seen.label, *seen.header, *(cell for row in seen.rows for cell in row)))
            assert not set("ąćęłńóśźż") & set(text.lower()), text


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("b1_title", "B1. Tytuł eksperymentu"),
        ("b5_dates.to", "B5. Terminy eksperymentu: do"),
        ("d1_activities.2.from", "D1. Działania, wiersz 3: Od"),
        ("i1_declarations.rights", "I1. Oświadczenia: Prawa do materiałów"),
        ("", ""),
    ],
)
def test_the_place_of_a_problem_is_named_as_people_see_it(at: str, name: str):
    assert place_of(FORM, at) == name
