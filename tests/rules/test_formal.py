from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from strefa.contest.rounds import template_file
from strefa.rules.formal import Prefilled, Submitted, prefilled
from strefa.rules.formspec import Facts
from strefa.rules.refusal import Reason
from tests.answers import COMPLETE

ROUND = template_file.load(template_file.shipped("strefa-eksperymentu"))
FORM, FACTS = ROUND.form, ROUND.frame.facts()
CLOSES = datetime(2027, 2, 11, 14, tzinfo=UTC)
SENT = Submitted(CLOSES - timedelta(seconds=1), CLOSES, FORM.content_hash, FORM.content_hash)


def judged(submitted: Submitted = SENT, facts: Facts = FACTS, **changes: Any) -> dict[str, Prefilled]:
    answers = deepcopy(COMPLETE) | changes
    return {p.key: p for p in prefilled(ROUND.formal_criteria, FORM, answers, facts, submitted)}


def failed(verdicts: dict[str, Prefilled]) -> list[tuple[str, Reason | None]]:
    return [(key, verdict.reason) for key, verdict in verdicts.items() if verdict.passed is False]


def test_nine_criteria_are_prefilled_and_three_are_left_to_people():
    verdicts = judged()
    assert list(verdicts) == [f"F{number}" for number in range(1, 13)]
    assert [key for key, verdict in verdicts.items() if verdict.passed is None] == ["F4", "F10", "F12"]
    assert failed(verdicts) == []
    assert all(verdict.reason for verdict in verdicts.values() if verdict.passed)


def test_the_close_itself_is_too_late():
    late = judged(replace(SENT, arrived=CLOSES))
    assert failed(late) == [("F1", Reason.FORMAL_LATE)]
    assert late["F1"].values == {"arrived": CLOSES, "closes": CLOSES}
    assert late["F1"].mendable is False


def test_an_application_on_another_form_is_seen():
    assert failed(judged(replace(SENT, form_hash="0" * 64))) == [("F2", Reason.FORMAL_OTHER_FORM)]


def test_missing_answers_fail_completeness_and_can_be_mended():
    verdict = judged(c1_need="", d4_accessibility=" ")["F3"]
    assert (verdict.passed, verdict.reason, verdict.mendable) == (False, Reason.FORMAL_INCOMPLETE, True)
    assert [blocker.at for blocker in verdict.blockers] == ["c1_need", "d4_accessibility"]


def test_the_place_is_checked_against_its_code_and_the_area_of_the_round():
    assert failed(judged(a6_teryt="0201012")) == [("F5", Reason.FORMAL_OUTSIDE_TERRITORY)]
    assert failed(judged(replace(SENT, voivodeships=("opolskie",)))) == [("F5", Reason.FORMAL_OUTSIDE_TERRITORY)]
    assert failed(judged(replace(SENT, largest_population=8999))) == [("F5", Reason.FORMAL_POPULATION_TOO_LARGE)]
    assert failed(judged(replace(SENT, largest_population=9000))) == []


def test_dates_outside_the_frame_are_a_criterion_of_their_own():
    verdicts = judged(b5_dates={"from": "2027-05-04", "to": "2027-11-01"})
    assert failed(verdicts) == [("F6", Reason.FORMAL_DATES_OUTSIDE_FRAME)]


def test_the_amount_is_judged_by_the_limits_of_the_round():
    assert failed(judged(facts=replace(FACTS, least_grant=300_001))) == [("F7", Reason.FORMAL_AMOUNT_OUTSIDE_LIMITS)]


def a_budget(own: str, grant: str, price: str) -> list[dict[str, str]]:
    return [
        {
            "group": "services",
            "cost": "Warsztat",
            "activity": "1",
            "quantity": "2",
            "unit": "dzień",
            "unit_price": price,
            "grant": grant,
            "own_cash": own,
        }
    ]


def test_an_own_share_short_by_one_point_may_be_mended_and_by_more_may_not():
    near = judged(g1_budget=a_budget("180", "2000", "1090"), g2_justification="Oferta.", g3_from="2000")
    assert failed(near) == [("F8", Reason.FORMAL_OWN_SHARE_TOO_LOW)]
    assert (near["F8"].values["missing_grosze"], near["F8"].mendable) == (2000, True)

    far = judged(g1_budget=a_budget("179,98", "2000", "1089,99"), g2_justification="Oferta.", g3_from="2000")
    assert (far["F8"].passed, far["F8"].mendable) == (False, False)


def test_one_application_more_than_allowed_fails():
    verdicts = judged(facts=replace(FACTS, other_applications=1))
    assert failed(verdicts) == [("F9", Reason.FORMAL_TOO_MANY_APPLICATIONS)]
    assert verdicts["F9"].values == {"number": 2, "allowed": 1}


def test_a_missing_declaration_fails_its_criterion_alone():
    ticked = {key: version for key, version in COMPLETE["i1_declarations"].items() if key != "rights"}
    verdicts = judged(i1_declarations=ticked)
    assert failed(verdicts) == [("F11", Reason.FORMAL_DECLARATIONS_MISSING)]
    assert [blocker.at for blocker in verdicts["F11"].blockers] == ["i1_declarations.rights"]
    assert verdicts["F11"].values == {"number": 1, "of": 8}


def test_what_cannot_be_computed_is_left_to_people():
    verdicts = judged(g1_budget=[], b5_dates={}, a6_population="")
    assert [key for key in ("F5", "F6", "F8") if verdicts[key].passed is None] == ["F5", "F6", "F8"]
