from collections.abc import Callable

import pytest

from strefa.contest.rounds import template_file
from strefa.outputs.names import ENGLISH_VOIVODESHIPS
from strefa.rules.formspec import Kind, Meaning
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.round_template import RoundTemplate
from strefa.rules.timetable import Phase

SHIPPED = template_file.shipped("strefa-eksperymentu")


def refused(text: str) -> tuple[Blocker, ...]:
    with pytest.raises(Refused) as caught:
        template_file.load(text)
    return caught.value.blockers


def named(text: str) -> list[tuple[Reason, str, int, int]]:
    return [(b.reason, b.at, *template_file.where(b)) for b in refused(text)]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_voivodeship_has_one_english_name_in_the_form_and_everywhere_else() -> None:
    spec = template_file.load(SHIPPED).form
    field = spec.meaning(Meaning.VOIVODESHIP)
    assert field is not None
    assert {option.key: option.label.in_language("en") for option in field.options} == ENGLISH_VOIVODESHIPS


def test_the_shipped_round_is_written_exactly_as_it_was_read():
    assert template_file.dump(template_file.load(SHIPPED)) == SHIPPED


def test_a_round_written_by_hand_keeps_its_canonical_form_after_one_journey():
    by_hand = SHIPPED.replace("slug: strefa-eksperymentu-2027", 'slug: "strefa-eksperymentu-2027"  # adres')
    by_hand = by_hand.replace("pool: 60000.00", "pool: 60000").replace("version: 1", "version: '1'")
    assert template_file.dump(template_file.load(by_hand)) == SHIPPED


def test_a_form_that_need_not_ask_for_money_is_refused():
    data = template_file.load(SHIPPED).as_data()
    budget = next(f for section in data["form"]["sections"] for f in section["fields"] if f.get("means") == "budget")
    budget["required"] = False
    with pytest.raises(Refused) as caught:
        RoundTemplate.from_data(data)
    assert [(b.reason, b.at) for b in caught.value.blockers] == [(Reason.TEMPLATE_WITHOUT_BUDGET, "form.sections")]


def test_texts_of_any_shape_survive_the_file():
    odd = ["- a: b #c 'd' \"e\" {f} [g] &h *i !j %k @l `m | > 1 true null ~", "2027-01-01", "true", "1.5", "null"]
    odd += [" spacje ", "dwa\nwiersze\n", "📚" * 200, "x: |", "1\n", "\n a", "~", "0x1F", "1_000", "= y"]
    template = template_file.load(SHIPPED)
    data = template.as_data()
    for field, text in zip(data["form"]["sections"][0]["fields"], odd, strict=False):
        field["label"]["pl"] = text
    changed = type(template).from_data(data)
    written = template_file.dump(changed)
    assert template_file.load(written) == changed


def test_the_default_round_says_what_its_description_says():
    round_ = template_file.load(SHIPPED)
    frame, scoring = round_.frame, round_.scoring
    assert (frame.pool, frame.least_grant, frame.most_grant) == (6_000_000, 200_000, 800_000)
    assert [(c.key, int(c.weight)) for c in scoring.criteria] == [
        ("novelty", 25), ("need", 15), ("plan", 20), ("engagement", 10), ("repeatability", 15), ("costs", 10), ("feasibility", 5),
    ]  # fmt: skip
    assert all(len(criterion.levels) == 3 and criterion.justification == 100 for criterion in scoring.criteria)
    assert scoring.ranking.ties == ("novelty", "plan", "repeatability", "vote")
    assert len(round_.formal_criteria) == 12
    assert len([criterion for criterion in round_.formal_criteria if criterion.computed]) == 9
    budget = round_.form.meaning(Meaning.BUDGET)
    assert budget is not None
    assert [option.key for option in budget.options][-1] == "volunteering"
    assert {field.kind for field in round_.form.fields} >= set(Kind) - {Kind.KRS, Kind.RIK, Kind.IBAN, Kind.DECIMAL}
    call = round_.timetable.in_utc().stage(Phase.CALL)
    assert call is not None
    assert call.ends.isoformat() == "2027-02-11T14:00:00+00:00"


@pytest.mark.parametrize(
    ("old", "new", "reason", "at"),
    [
        ("  pool: 60000.00", "  pol: 60000.00", Reason.TEMPLATE_UNKNOWN_KEY, "frame.pol"),
        ("  work_to: 2027-10-31", "  work_to: 2027-11-31", Reason.TEMPLATE_NO_SUCH_DATE, "frame.work_to"),
        ("  work_to: 2027-10-31", "  work_to: jesienią", Reason.TEMPLATE_NEEDS_DATE, "frame.work_to"),
        ("  work_to: 2027-10-31", "  work_to: 2027-04-30", Reason.TEMPLATE_OUT_OF_ORDER, "frame.work_to"),
        ("  pool: 60000.00", "  pool: 60 000 zł", Reason.TEMPLATE_NEEDS_AMOUNT, "frame.pool"),
        ("  pool: 60000.00", "  pool: -5", Reason.TEMPLATE_NEEDS_AMOUNT, "frame.pool"),
        ("  pool: 60000.00", "  pool: 0", Reason.TEMPLATE_NO_MONEY, "frame.pool"),
        ("  least_grant: 2000.00", "  least_grant: 0", Reason.TEMPLATE_NO_MONEY, "frame.least_grant"),
        ("  most_grant: 8000.00", "  most_grant: 1999.99", Reason.TEMPLATE_GRANTS_REVERSED, "frame.most_grant"),
        ("    threshold: 60", "    threshold: 160", Reason.TEMPLATE_OUT_OF_RANGE, "scoring.ranking.threshold"),
        ("  pl: Strefa Eksperymentu 2027", "  pl: ''", Reason.TEMPLATE_EMPTY_TEXT, "name.pl"),
        ("  pl: Strefa Eksperymentu 2027", "  pl: [a]", Reason.TEMPLATE_NEEDS_TEXT, "name.pl"),
        ("slug: strefa-eksperymentu-2027", "slug: Strefa 2027", Reason.TEMPLATE_KEY_FORM, "slug"),
        ("number_prefix: SE-2027", "number_prefix: se/27", Reason.TEMPLATE_PREFIX_FORM, "number_prefix"),
        ("          required: true", "          required: tak", Reason.TEMPLATE_NEEDS_YES_NO, "form.sections.0.fields.0.required"),
        ("          kind: choice", "          kind: wybór", Reason.TEMPLATE_UNKNOWN_VALUE, "form.sections.0.fields.0.kind"),
        ("      starts: 2027-01-11 09:00", "      starts: 2027-03-28 02:30", Reason.TEMPLATE_NO_SUCH_DATE, "timetable.stages.0.starts"),
        ("      ends: 2027-02-19 24:00", "      ends: 2027-10-31 02:30", Reason.TEMPLATE_NO_SUCH_DATE, "timetable.stages.2.ends"),
        ("      ends: 2027-02-19 24:00", "      ends: 2027-02-19", Reason.TEMPLATE_NO_SUCH_DATE, "timetable.stages.2.ends"),
        ("    - key: screening\n      starts", "    - key: scorring\n      starts", Reason.TEMPLATE_UNKNOWN_VALUE, "timetable.stages.2.key"),
        ("threshold: 60", "threshold: sześćdziesiąt", Reason.TEMPLATE_NEEDS_NUMBER, "scoring.ranking.threshold"),
        ("      - novelty\n", "      - novlety\n", Reason.TEMPLATE_UNKNOWN_REFERENCE, "scoring.ranking.ties.0"),
        ("number_prefix: SE-2027\n", "number_prefix: SE-2027\nnumber_prefix: SE-2028\n", Reason.TEMPLATE_REPEATED_KEY, "number_prefix"),
    ],
)  # fmt: skip
def test_an_error_names_its_line_and_key(old: str, new: str, reason: Reason, at: str):
    [blocker] = [b for b in refused(SHIPPED.replace(old, new, 1)) if b.reason is reason]
    shift = 1 if reason is Reason.TEMPLATE_REPEATED_KEY else 0
    assert blocker.at == at
    assert template_file.where(blocker)[0] == line_of(SHIPPED, old) + shift
    assert blocker.values["key"] == at.rpartition(".")[2]


def test_a_stage_that_ends_before_it_starts_is_named_at_its_beginning():
    [blocker] = refused(SHIPPED.replace("ends: 2027-02-19 24:00", "ends: 2027-02-11 15:00"))
    assert (blocker.reason, blocker.at) == (Reason.STAGE_ENDS_BEFORE_START, "timetable.stages.2")
    assert template_file.where(blocker)[0] == line_of(SHIPPED, "    - key: screening")


@pytest.mark.parametrize("typed", ["2027-02-11 24:00", "2027-02-11 23:59"])
def test_both_ways_of_writing_the_end_of_a_day_are_kept_as_typed_and_mean_the_same(typed: str):
    text = SHIPPED.replace("ends: 2027-02-11 15:00", f"ends: {typed}")
    round_ = template_file.load(text)
    assert template_file.dump(round_) == text
    call = round_.timetable.in_utc().stage(Phase.CALL)
    assert call is not None
    assert call.ends.isoformat() == "2027-02-11T23:00:00+00:00"


def test_a_missing_key_is_named_where_it_should_stand():
    [blocker] = [b for b in refused(SHIPPED.replace("  pool: 60000.00\n", "")) if b.at == "frame.pool"]
    assert blocker.reason is Reason.TEMPLATE_MISSING_KEY
    assert template_file.where(blocker)[0] == line_of(SHIPPED, "frame:")


def test_weights_that_do_not_add_up_are_named_with_their_sum():
    [blocker] = refused(SHIPPED.replace("weight: 25", "weight: 26.5"))
    assert (blocker.reason, blocker.at, blocker.values["sum"]) == (Reason.TEMPLATE_WEIGHTS, "scoring.criteria", "101.5")
    assert template_file.where(blocker)[0] == line_of(SHIPPED, "  criteria:\n    - key: novelty")


def test_all_errors_are_found_at_once_in_the_order_of_lines():
    changes: list[tuple[str, str]] = [
        ("number_prefix: SE-2027", "number_prefix: SE-2027\ncolour: blue"),
        ("work_from: 2027-05-01", "work_from: 2027-02-30"),
        ("limit: 120", "limit: sto"),
        ("weight: 25", "weight: 20"),
    ]
    text = SHIPPED
    for old, new in changes:
        text = text.replace(old, new, 1)
    assert [(reason, at) for reason, at, *_ in named(text)] == [
        (Reason.TEMPLATE_UNKNOWN_KEY, "colour"),
        (Reason.TEMPLATE_NO_SUCH_DATE, "frame.work_from"),
        (Reason.TEMPLATE_NEEDS_NUMBER, "form.sections.1.fields.0.limit"),
        (Reason.TEMPLATE_WEIGHTS, "scoring.criteria"),
    ]
    assert named(text)[0][2:] == (line_of(text, "colour"), 1)


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 2",
        "\ta: 1",
        "a: 1\n b: 2",
        "a: &x [*x]",
        "a: &x 1\nb: *x",
        "a: !!python/object:os.system x\nb: [",
        "---\na: 1\n---\nb: 2",
        "\x00",
        "[" * 1000,
        "[" * 400_000 + "]" * 400_000,
        "- " * 400_000 + "a",
        "x" * 1_000_001,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_yaml_of_ours_is_refused_with_a_line(text: str):
    [blocker] = refused(text)
    assert blocker.reason is Reason.TEMPLATE_UNREADABLE
    assert template_file.where(blocker) >= (1, 1)


@pytest.mark.parametrize("text", ["", "# nic\n", "null", "- a\n", "42"])
def test_a_file_that_says_nothing_is_refused(text: str):
    assert {b.reason for b in refused(text)} <= {Reason.TEMPLATE_MISSING_KEY, Reason.TEMPLATE_NEEDS_KEYS}


def test_the_names_of_shipped_rounds_are_known():
    assert template_file.shipped_names() == ["strefa-eksperymentu"]


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda text: text.replace(": ", " "), lambda text: text[: len(text) // 2]]
)
def test_a_damaged_file_is_refused_and_never_breaks(spoil: Callable[[str], str]):
    assert all(template_file.where(blocker) >= (1, 1) for blocker in refused(spoil(SHIPPED)))
