from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strefa.contest.rounds import template_file
from strefa.rules.formspec import (
    AttachedFile,
    Facts,
    Field,
    FormSpec,
    Kind,
    Meaning,
    SectionState,
    SectionSummary,
    problems,
    summaries,
)
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.words_of_round import Words
from tests.answers import COMPLETE

ROUND = template_file.load(template_file.shipped("strefa-eksperymentu"))
FORM, FACTS = ROUND.form, ROUND.frame.facts()


def with_answers(**changes: Any) -> dict[str, Any]:
    return deepcopy(COMPLETE) | changes


def found(answers: dict[str, Any], facts: Facts = FACTS) -> list[tuple[Reason, str]]:
    return [(blocker.reason, blocker.at) for blocker in problems(FORM, answers, facts)]


def test_complete_answers_may_be_sent():
    assert problems(FORM, COMPLETE, FACTS) == []


def test_an_empty_form_names_every_required_question_in_its_order():
    missing = [field.key for field in FORM.fields if field.required and field.kind is not Kind.DECLARATIONS]
    ticks = [f"i1_declarations.{d.key}" for d in FORM.field("i1_declarations").declarations]

    assert found({}) == [(Reason.ANSWER_MISSING, key) for key in missing] + [
        (Reason.DECLARATION_MISSING, at) for at in ticks
    ]
    assert len(missing) == 36
    assert len(ticks) == 8


def test_a_question_that_depends_on_another_is_asked_only_then():
    ngo = with_answers(a0_track="ngo", a10_earlier="yes")
    assert found(ngo) == [(Reason.ANSWER_MISSING, "a0_partner_library"), (Reason.ANSWER_MISSING, "a10_which")]

    not_asked = with_answers(g3_less="no", g3_from="nie wiem", a10_which="x" * 400)
    assert found(not_asked) == []


def test_a_text_over_its_limit_is_counted_as_people_see_it():
    [blocker] = problems(FORM, with_answers(b1_title="📚" * 121 + " "), FACTS)
    assert blocker == Blocker(Reason.ANSWER_TOO_LONG, "b1_title", {"length": 122, "limit": 120, "over": 2})
    assert found(with_answers(b1_title="Zażółć\r\n" + "ą" * 113)) == []


@pytest.mark.parametrize(
    ("key", "typed", "reasons"),
    [
        ("a0_track", "school", [Reason.ANSWER_NOT_OFFERED]),
        ("a3_nip", "5213017229", [Reason.NIP_CHECK_DIGIT]),
        ("a4_regon", "12", [Reason.REGON_LENGTH]),
        ("a5_register", "zarejestrowani", [Reason.REGISTER_FORM]),
        ("a6_postal_code", "2151", [Reason.POSTAL_CODE_FORM]),
        ("a6_teryt", "0201012", [Reason.TERYT_OF_OTHER_VOIVODESHIP]),
        ("a6_population", "dużo", [Reason.ANSWER_NOT_A_NUMBER]),
        ("a6_population", "-5", [Reason.ANSWER_BELOW_ZERO]),
        ("a6_population", "− 1 200", [Reason.ANSWER_BELOW_ZERO]),
        ("a6_population", "-", [Reason.ANSWER_NOT_A_NUMBER]),
        ("a6_population", "1,5", [Reason.ANSWER_NOT_WHOLE]),
        ("a6_population", "0", [Reason.ANSWER_TOO_SMALL]),
        ("a6_population", "9 000 000", [Reason.ANSWER_TOO_LARGE]),
        ("a6_population_date", "2025-02-30", [Reason.ANSWER_NOT_A_DATE]),
        ("a7_edelivery", "AE:PL-1", [Reason.EDELIVERY_FORM]),
        ("a9_email", "anna", [Reason.EMAIL_WITHOUT_AT]),
        ("a9_phone", "12", [Reason.PHONE_LENGTH]),
        ("a10_earlier", "maybe", [Reason.ANSWER_NOT_OFFERED]),
        ("f2_products", ["guide", "statue"], [Reason.ANSWER_NOT_OFFERED]),
        ("g3_from", "-5", [Reason.AMOUNT_NEGATIVE]),
        ("g3_from", "3 000,01", [Reason.ACCEPTS_MORE_THAN_ASKED]),
        ("h2_film", "javascript:alert(1)", [Reason.ANSWER_NOT_A_LINK]),
        ("h2_film", "https://[", [Reason.ANSWER_NOT_A_LINK]),
        ("h2_film", "https://film.example.org/x", []),
    ],
)
def test_an_answer_of_the_wrong_kind_is_named(key: str, typed: Any, reasons: list[Reason]):
    assert found(with_answers(**{key: typed})) == [(reason, key) for reason in reasons]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"from": "2027-05-04"}, [(Reason.ANSWER_MISSING, "b5_dates.to")]),
        ({"from": "2027-04-30", "to": "2027-06-01"}, [(Reason.DATE_BEFORE_FRAME, "b5_dates.from")]),
        ({"from": "2027-05-01", "to": "2027-10-31"}, []),
        ({"from": "2027-10-31", "to": "2027-11-01"}, [(Reason.DATE_AFTER_FRAME, "b5_dates.to")]),
        ({"from": "2027-09-01", "to": "2027-08-31"}, [(Reason.DATES_REVERSED, "b5_dates.to")]),
        ("wiosną", [(Reason.ANSWER_MISSING, "b5_dates")]),
    ],
)
def test_the_work_must_lie_inside_the_frame_of_the_round(dates: Any, expected: list[Any]):
    told = found(with_answers(b5_dates=dates))
    assert [one for one in told if one[1].startswith("b5_")] == expected


def test_rows_are_judged_cell_by_cell_and_empty_ones_do_not_count():
    activity = {"what": "Warsztaty", "from": "2027-05-04", "to": "2027-05-05", "who": "Ala"}
    empty = {"what": " ", "from": "", "to": "", "who": ""}
    odd = activity | {"what": "", "from": "2027-07-01", "to": "2027-06-01", "who": "x" * 151}
    answers = with_answers(d1_activities=[activity, empty, odd])

    assert [b for b in problems(FORM, answers, FACTS) if b.at.startswith("d1_activities")] == [
        Blocker(Reason.ANSWER_MISSING, "d1_activities.2.what", {"row": 3}),
        Blocker(Reason.ANSWER_TOO_LONG, "d1_activities.2.who", {"row": 3, "length": 151, "limit": 150, "over": 1}),
        Blocker(
            Reason.DATES_REVERSED,
            "d1_activities.2.to",
            {"begins": date(2027, 7, 1), "ends": date(2027, 6, 1), "row": 3},
        ),
    ]
    assert found(with_answers(d1_activities=[activity] * 12 + [empty])) == []
    assert found(with_answers(d1_activities=[activity] * 13)) == [(Reason.TOO_MANY_ROWS, "d1_activities")]


def test_a_declaration_counts_in_the_version_now_in_force():
    ticked = COMPLETE["i1_declarations"] | {"truth": "0", "rights": ""}
    assert found(with_answers(i1_declarations=ticked)) == [
        (Reason.DECLARATION_OUTDATED, "i1_declarations.truth"),
        (Reason.DECLARATION_MISSING, "i1_declarations.rights"),
    ]


def test_attachments_are_judged_by_number_size_and_type():
    big = AttachedFile("h1_attachments", "List.PDF", 10_485_761)
    files = (big, *[AttachedFile("h1_attachments", f"{n}.jpg", 5_242_880) for n in range(4)])
    disguised = AttachedFile("h1_attachments", "program.exe", 10)

    assert found(COMPLETE, replace(FACTS, attachments=(*files, disguised))) == [
        (Reason.TOO_MANY_FILES, "h1_attachments"),
        (Reason.FILE_TOO_LARGE, "h1_attachments"),
        (Reason.FILE_OF_OTHER_TYPE, "h1_attachments"),
        (Reason.FILES_TOO_LARGE_TOGETHER, "h1_attachments"),
    ]


def test_a_second_application_of_the_same_organisation_is_stopped():
    assert found(COMPLETE, replace(FACTS, other_applications=1)) == [(Reason.TOO_MANY_APPLICATIONS, "")]


def test_every_section_says_how_far_it_has_come():
    answers = {key: value for key, value in COMPLETE.items() if key[0] in "ac"} | {"c4_failure": "x" * 814}
    expected = {"a": (SectionState.DONE, 0), "c": (SectionState.BEGUN, 1)}
    missing = {"b": 5, "d": 3, "e": 1, "f": 2, "g": 2, "h": 0, "i": 8}
    expected |= {key: (SectionState.EMPTY, number) for key, number in missing.items()}

    assert summaries(FORM, answers, FACTS) == tuple(SectionSummary(s.key, *expected[s.key]) for s in FORM.sections)


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=8), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x)
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([field.key for field in FORM.fields]), anything))
def test_answers_of_any_shape_are_judged_and_never_break(changes: dict[str, Any]):
    anchors = {blocker.at.split(".")[0] for blocker in problems(FORM, with_answers(**changes), FACTS)}
    assert anchors <= {field.key for field in FORM.fields}


def test_a_form_is_the_same_after_a_journey_through_plain_data():
    again = FormSpec.from_data(FORM.as_data())
    assert again == FORM
    assert again.content_hash == FORM.content_hash


def test_another_word_anywhere_gives_another_hash():
    data = deepcopy(FORM.as_data())
    data["sections"][2]["fields"][0]["hint"]["en"] += "!"
    assert FormSpec.from_data(data).content_hash != FORM.content_hash


def test_labels_are_short_or_questions_and_speak_both_languages():
    for field in FORM.fields:
        for label in (field.label.pl, field.label.en):
            assert len(label) <= 40 or label.endswith("?"), label
        assert not set("ąćęłńóśźż") & set(field.label.en.lower()), field.key


def test_the_default_form_has_a_field_for_every_meaning():
    assert [means for means in Meaning if FORM.meaning(means) is None] == []


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda f: f["sections"][1].update(key="a"), (Reason.TEMPLATE_REPEATED_VALUE, "sections.1.key")),
        (lambda f: f["sections"][1]["fields"][0].update(key="a1_name"), (Reason.TEMPLATE_REPEATED_VALUE, "sections.1.fields.0.key")),
        (lambda f: f["sections"][1]["fields"][0].update(key="b.1"), (Reason.TEMPLATE_KEY_FORM, "sections.1.fields.0.key")),
        (lambda f: f["sections"][1]["fields"][0].update(kind="essay"), (Reason.TEMPLATE_UNKNOWN_VALUE, "sections.1.fields.0.kind")),
        (lambda f: f["sections"][0]["fields"][0].pop("options"), (Reason.TEMPLATE_NOTHING_LISTED, "sections.0.fields.0.options")),
        (lambda f: f["budget_rules"][3].pop("amount"), (Reason.TEMPLATE_MISSING_KEY, "budget_rules.3.amount")),
        (lambda f: f["budget_rules"][3].update(group="boats"), (Reason.TEMPLATE_UNKNOWN_REFERENCE, "budget_rules.3.group")),
        (lambda f: f["sections"][0]["fields"][1]["required_when"].update(field="z"), (Reason.TEMPLATE_UNKNOWN_REFERENCE, "sections.0.fields.1.required_when.field")),
        (lambda f: f["sections"][0]["fields"][1]["required_when"].update(equals="nog"), (Reason.TEMPLATE_UNKNOWN_REFERENCE, "sections.0.fields.1.required_when.equals")),
        (lambda f: f["sections"][0]["fields"][1]["required_when"].update(field="a1_name"), (Reason.TEMPLATE_UNKNOWN_REFERENCE, "sections.0.fields.1.required_when.equals")),
    ],
)  # fmt: skip
def test_a_form_that_contradicts_itself_is_refused(
    spoil: Callable[[dict[str, Any]], None], expected: tuple[Reason, str]
):
    data = deepcopy(FORM.as_data())
    spoil(data)
    with pytest.raises(Refused) as refused:
        FormSpec.from_data(data)
    assert [(b.reason, b.at) for b in refused.value.blockers] == [expected]


def test_a_choice_without_options_says_so_before_it_is_ever_asked():
    field = Field("x", "X", Words("Pole", "Field"), Kind.CHOICE)
    assert [(b.reason, b.at) for b in field.flaws()] == [(Reason.TEMPLATE_NOTHING_LISTED, "options")]


def test_a_sections_problems_are_those_of_the_whole_form() -> None:
    """Saving judges one section at a time; sending judges all: they must never disagree."""
    from strefa.contest.rounds import template_file
    from strefa.rules.facts import Facts
    from strefa.rules.form_problems import problems, section_problems
    from tests.answers import COMPLETE

    spec, facts = template_file.load(template_file.shipped("strefa-eksperymentu")).form, Facts()
    rows = [row | {"grant": "1", "activity": "9"} for row in COMPLETE["g1_budget"]]
    for answers in ({}, COMPLETE, COMPLETE | {"g1_budget": rows, "a6_teryt": "0201022", "g2_justification": ""}):
        apart = [blocker for section in spec.sections for blocker in section_problems(spec, section, answers, facts)]
        assert apart == problems(spec, answers, facts)


def test_activities_lie_within_the_dates_that_the_application_gives():
    def row(first: str, last: str) -> dict[str, str]:
        return {"what": "Dyżury", "from": first, "to": last, "who": "Anna"}

    rows = [
        row("2027-05-10", "2027-07-31"), row("2027-05-09", "2027-08-01"), row("jutro", "2027-07-01"),
        row("2027-04-30", "2027-06-01"),
    ]  # fmt: skip
    told = found(with_answers(b5_dates={"from": "2027-05-10", "to": "2027-07-31"}, d1_activities=rows))
    assert [one for one in told if one[1].startswith("d1_")] == [
        (Reason.ANSWER_NOT_A_DATE, "d1_activities.2.from"),
        (Reason.DATE_BEFORE_FRAME, "d1_activities.3.from"),
        (Reason.ACTIVITY_OUTSIDE_DATES, "d1_activities.1.from"),
        (Reason.ACTIVITY_OUTSIDE_DATES, "d1_activities.1.to"),
    ]
    unsaid = found(with_answers(b5_dates={"from": "2027-05-10", "to": ""}, d1_activities=rows[:2]))
    assert unsaid == [(Reason.ANSWER_MISSING, "b5_dates.to")]
