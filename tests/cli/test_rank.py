"""`strefa rank`: the contract of its files, its result, its refusals."""

import json
import os
import resource
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strefa.cli import main
from strefa.cli.rank_files import read_applications, read_scores
from strefa.cli.rank_rules import read_rules
from strefa.rules import record
from strefa.rules.allocation import allocate
from strefa.rules.quotas import Quotas
from strefa.rules.ranking import Aggregate, Card, Entry, ListRule, RuleSet, rank
from strefa.rules.rubric import Criterion, Rubric

IDEA = {"key": "idea", "weight": 60, "min": 0, "max": 5, "step": "0.5"}
PLAN = {"key": "plan", "weight": "40", "min": 0, "max": 5}
RULES: dict[str, Any] = {
    "criteria": [IDEA, PLAN], "aggregate": "mean", "threshold": "60", "ties": ["idea"], "pool": 1000, "list_rule": "stop",
}  # fmt: skip
SCORES = "application,juror,criterion,score\n007,j,idea,4\n007,j,plan,2.5\n7,j,idea,3.5\n7,j,plan,4.0\n"
APPS = "application,ask\n007,600\n7,400\n"


class Desk:
    """A folder with the three files, and the command run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self,
        rules: dict[str, Any] | str | None = None,
        scores: str | bytes | None = SCORES,
        apps: str | bytes | None = APPS,
        *options: str,
    ) -> Result:
        """Write what is given and rank it; None leaves a file out (rules: the usual ones)."""
        text = rules if isinstance(rules, str) else json.dumps(RULES if rules is None else rules)
        arguments = ["rank", "--rules", self._write("rules.json", text), *options]
        arguments += [] if scores is None else [self._write("scores.csv", scores)]
        arguments += [] if apps is None else ["--applications", self._write("apps.csv", apps)]
        return CliRunner().invoke(main, arguments)

    def result(self, *given: Any) -> dict[str, Any]:
        """Return the JSON of a run that must succeed."""
        rules, scores, apps = (*given, *(None, SCORES, APPS)[len(given) :])
        run = self.run(rules, scores, apps, "--json")
        assert (run.exit_code, run.stderr) == (0, "")
        return json.loads(run.stdout)

    def _write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_whole_result(desk: Desk) -> None:
    scores = SCORES + "8,j,idea,5\n8,j,plan,\n9,j,idea,0\n9,j,plan,1\n"

    assert desk.result(RULES, scores, APPS + "8,1\n9,1\nnobody,1\n") == {
        "ranking": [
            {"application": "7", "rank": 1, "points": "74", "tie_broken_by": None, "cards": 1},
            {"application": "007", "rank": 2, "points": "68", "tie_broken_by": None, "cards": 1},
            {"application": "9", "rank": 3, "points": "8", "tie_broken_by": None, "cards": 1},
            {"application": "8", "rank": None, "points": None, "tie_broken_by": None, "cards": 0},
            {"application": "nobody", "rank": None, "points": None, "tie_broken_by": None, "cards": 0},
        ],
        "funded": ["7", "007"],
        "reserve": [],
        "tied": [],
        "incomplete": ["8", "nobody"],
        "awards": {"7": 400, "007": 600},
        "left": 0,
        "not_counted": [{"application": "8", "juror": "j"}],
    }


@pytest.mark.parametrize(
    "scores",
    [
        SCORES.encode("utf-8-sig"),
        SCORES.replace("\n", "\r\n"),
        SCORES.replace(",", ";"),
        SCORES.replace(",", ";").replace(".", ",").encode("utf-8-sig"),
        SCORES.replace("2.5", '"2,5"'),
        SCORES + "\n,,,\n   \n",
        "\n \n" + SCORES.replace("\n", "\n\n"),
        "score,criterion,juror,application\n4,idea,j,007\n2.50,plan,j,007\n3.5,idea,j,7\n4,plan,j,7",
    ],
)
def test_every_way_of_writing_the_same_scores_gives_the_same_result(desk: Desk, scores: str | bytes) -> None:
    assert desk.result(RULES, scores) == desk.result()


def test_without_applications_there_is_a_ranking_and_no_money_moves(desk: Desk) -> None:
    result = desk.result(RULES, SCORES, None)

    assert [row["rank"] for row in result["ranking"]] == [1, 2]
    assert (result["funded"], result["reserve"], result["awards"], result["left"]) == ([], [], {}, 1000)


def test_given_points_are_the_result_without_an_upper_bound(desk: Desk) -> None:
    apps = "application;ask;points;accepts_from\na;900;1234,5;\nb;200;60;70\nc;1;59,99;\n"
    result = desk.result(RULES | {"criteria": [], "ties": [], "partial": {"floor": "0.5"}}, None, apps)

    assert [(row["points"], row["rank"]) for row in result["ranking"]] == [("1234.5", 1), ("60", 2), ("59.99", 3)]
    assert (result["awards"], result["reserve"], result["left"]) == ({"a": 900, "b": 100}, [], 0)


def test_no_digit_of_given_points_or_of_marks_is_lost(desk: Desk) -> None:
    large = "1" + "0" * 40
    apps = f"application,ask,points\na,1,{large}\nb,1,{large}.{'0' * 40}1\n"
    result = desk.result(RULES | {"criteria": [], "ties": []}, None, apps)
    assert [(row["application"], row["points"]) for row in result["ranking"]] == [
        ("b", f"{large}.{'0' * 40}1"),
        ("a", large),
    ]

    fine, tied = [{"key": "k", "weight": 1, "min": 0, "max": "1" + "0" * 14}, PLAN], RULES | {"ties": ["k"]}
    marks = {"a": "9" * 14 + "." + "9" * 15, "b": "9" * 14 + "." + "9" * 14 + "8"}
    scores = HEAD + "".join(f"{a},{j},k,{mark}\n{a},{j},plan,1\n" for a, mark in marks.items() for j in "jkl")
    result = desk.result(tied | {"criteria": fine, "threshold": 0}, scores, None)
    assert [(row["application"], row["rank"]) for row in result["ranking"]] == [("a", 1), ("b", 2)]


def test_a_vote_and_quotas_come_from_the_rules(desk: Desk) -> None:
    apps = "application,ask,points,category,voivodeship\n" + "".join(f"{n},10,70,x,śląskie\n" for n in "abc")
    rules = RULES | {"votes": [["c", "a", "b"]], "quotas": {"max_per_category": 2}}
    result = desk.result(rules, None, apps)

    assert [(r["application"], r["rank"], r["tie_broken_by"]) for r in result["ranking"]] == [
        ("c", 1, "vote"), ("a", 2, "vote"), ("b", 3, "vote"),
    ]  # fmt: skip
    assert (result["funded"], result["reserve"], result["left"]) == (["c", "a"], ["b"], 980)


def test_a_tie_across_the_line_stops_the_walk(desk: Desk) -> None:
    result = desk.result(RULES, None, "application,ask,points\nb,600,70\na,600,70\nc,1,65\n")

    assert (result["tied"], result["funded"], result["reserve"], result["left"]) == (["a", "b"], [], ["c"], 1000)


def test_points_without_an_end_are_a_fraction_in_lowest_terms(desk: Desk) -> None:
    thirds = [{"key": "k", "weight": "100", "min": 0, "max": 3}]
    scores = "application,juror,criterion,score\na,j,k,2\nb,j,k,3\n"
    result = desk.result(RULES | {"criteria": thirds, "ties": []}, scores, None)

    assert [row["points"] for row in result["ranking"]] == ["100", "200/3"]


def test_weights_may_be_any_positive_numbers(desk: Desk) -> None:
    rules = RULES | {"criteria": [IDEA | {"weight": "0.3"}, PLAN | {"weight": 7}], "threshold": 0}

    assert [row["points"] for row in desk.result(rules)["ranking"]] == ["5.81", "3.74"]


HEAD = "application,juror,criterion,score\n"


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in RULES.items() if name != key}


BAD_RULES = [
    ('{"pool": 1,}', 'rules.json:1:12: to nie jest poprawny JSON: tu powinno być „"”'),
    ("[1]", "rules.json:1:1: plik: tu powinien być obiekt {…}"),
    ('{"pool": 1,\n "pool": 2}', "rules.json:2:2: klucz „pool” jest podany drugi raz; zostaw jeden"),
    ("[" * 5000, "rules.json:1:22: za wiele poziomów zagnieżdżenia"),
    ('{"pool": ' + "9" * 5000 + "}", "rules.json:1:10: liczba jest za długa"),
    (RULES | {"bonus": 1}, "plik: nieznany klucz „bonus”; znane: criteria,"),
    (without("pool"), "rules.json:1:1: plik: brakuje klucza „pool”"),
    (RULES | {"criteria": [IDEA | {"levels": []}]}, "criteria: nieznany klucz „levels”"),
    (RULES | {"criteria": [IDEA, IDEA]}, "criteria: „idea” występuje drugi raz"),
    (RULES | {"criteria": [IDEA | {"weight": 0}]}, "weight (0) musi być większe od zera"),
    (RULES | {"criteria": [IDEA | {"max": 0}]}, "max (0) musi być większe niż min (0)"),
    (RULES | {"criteria": [IDEA | {"step": "-1"}]}, "step (-1) musi być większe od zera"),
    (RULES | {"criteria": [IDEA | {"min_mean": 6}]}, "min_mean (6) jest poza skalą 0–5"),
    (RULES | {"criteria": []}, "ties: nie ma kryterium „idea”; kryteria: brak"),
    (RULES | {"criteria": [], "ties": []}, "criteria: brak kryteriów, a są oceny"),
    (RULES | {"threshold": 60.5}, "threshold: tu powinna być liczba całkowita albo dziesiętna w cudzysłowie"),
    (RULES | {"threshold": True}, "threshold: tu powinna być liczba całkowita"),
    (RULES | {"threshold": "sześćdziesiąt"}, "threshold: tu powinna być liczba całkowita"),
    (RULES | {"threshold": None}, "threshold: tu powinna być liczba całkowita"),
    (RULES | {"aggregate": "mode"}, "aggregate: tu powinno być jedno z: „mean”, „median”, „trimmed”"),
    (RULES | {"list_rule": ["stop"]}, "list_rule: tu powinno być jedno z"),
    (RULES | {"ties": ["plan", "plan"]}, "ties: „plan” występuje drugi raz"),
    (RULES | {"ties": ["vote"]}, "ties: nie ma kryterium „vote”"),
    (RULES | {"pool": -1}, "pool (-1): tu powinna być liczba całkowita od 0"),
    (RULES | {"pool": "10.5"}, "pool (10.5): tu powinna być liczba całkowita"),
    (RULES | {"cards": 0}, "cards (0): tu powinna być liczba całkowita od 1"),
    (RULES | {"votes": [["7", "8"]]}, "votes: nie ma wniosku „8”"),
    (RULES | {"votes": ["7"]}, "votes: tu powinna być lista"),
    (RULES | {"votes": [["7"], ["7"]]}, "votes: „7” występuje drugi raz"),
    (RULES | {"partial": {"floor": "1.5"}}, "floor (1.5) musi być częścią kwoty"),
    (RULES | {"partial": {}}, "partial: brakuje klucza „floor”"),
    (RULES | {"quotas": {"max": 1}}, "quotas: nieznany klucz „max”"),
    (RULES | {"quotas": {"max_per_category": {"x": 1}}}, "max_per_category: tu powinna być liczba"),
    (RULES | {"quotas": {"min_per_category": 2}}, "min_per_category: tu powinien być obiekt"),
]


@pytest.mark.parametrize(("rules", "message"), BAD_RULES)
def test_bad_rules_are_refused_with_their_place(desk: Desk, rules: dict[str, Any] | str, message: str) -> None:
    run = desk.run(rules, SCORES, APPS, "--json")

    assert (run.exit_code, run.stdout) == (2, "")
    assert f"{desk.folder}/rules.json:" in run.stderr
    assert message in run.stderr


BAD_SCORES = [
    ("", "scores.csv:1:1: brakuje kolumny „application”"),
    ("application,juror,score\n", "scores.csv:1:4: brakuje kolumny „criterion”"),
    ("application,juror,criterion,score,note\n", "scores.csv:1:5: nieznana kolumna „note”"),
    ("application,juror,criterion,juror,score\n", "scores.csv:1:4: kolumna „juror” jest podana drugi raz"),
    (HEAD + "7,j,idea,3\n7,j,plan,5,5\n", "scores.csv:3:5: wiersz ma komórek: 5, a nagłówek: 4"),
    (HEAD + "7,j,idea\n", "scores.csv:2:4: wiersz ma komórek: 3"),
    (HEAD + "7,j,idea,5.5\n", "scores.csv:2:4: score: ocena 5.5 jest poza skalą 0–5"),
    (HEAD + "7,j,plan,-1\n", "scores.csv:2:4: score: ocena -1 jest poza skalą 0–5"),
    (HEAD + "7,j,idea,3.3\n", "scores.csv:2:4: score: ocena 3.3 nie leży na skali 0–5 co 0.5"),
    (HEAD + "7,j,idea,dobry\n", "scores.csv:2:4: score: „dobry” to nie liczba"),
    (HEAD + "7,j,idea," + "9" * 30 + "\n", f"scores.csv:2:4: score: ocena {'9' * 30} jest poza skalą 0–5"),
    (HEAD + "7,j,idea,1e0\n", "scores.csv:2:4: score: „1e0” to nie liczba"),
    (HEAD + "7,j,idea,٣\n", "scores.csv:2:4: score: „٣” to nie liczba"),
    (HEAD + "7,j,Idea,3\n", "scores.csv:2:3: criterion: nie ma kryterium „Idea”; kryteria: idea, plan"),
    (HEAD + "07,j,idea,3\n", "scores.csv:2:1: application: wniosku „07” nie ma w pliku z wnioskami"),
    (HEAD + "7,,idea,3\n", "scores.csv:2:2: juror: pusta komórka"),
    (HEAD + "7,j,idea,3\n7,k,idea,3\n7,j,idea,3\n", "scores.csv:4:3: criterion: j ma już ocenę kryterium „idea”"),
    (HEAD + '7,"j\nk",idea,3\n7,j,idea,9\n', "scores.csv:4:4: score: ocena 9 jest poza skalą"),
    (HEAD + '7,"j,idea,3\n', "scores.csv:2:1: źle zamknięty cudzysłów"),
    (HEAD.encode() + b"7,j,idea,3\n7,\xb3,idea,3\n", "scores.csv:3:3: to nie jest UTF-8"),
]


@pytest.mark.parametrize(("scores", "message"), BAD_SCORES)
def test_bad_scores_are_refused_with_their_place(desk: Desk, scores: str | bytes, message: str) -> None:
    run = desk.run(RULES, scores, APPS, "--json")

    assert (run.exit_code, run.stdout) == (2, "")
    assert f"{desk.folder}/{message}" in run.stderr


QUOTAS = RULES | {"quotas": {"max_per_category": 1}}
BAD_APPLICATIONS = [
    (RULES, "application\n7\n", "apps.csv:1:2: brakuje kolumny „ask”"),
    (RULES, "application,ask,title\n", "apps.csv:1:3: nieznana kolumna „title”"),
    (RULES, "application,ask\n7,1\n7,1\n", "apps.csv:3:1: application: wniosek „7” jest podany drugi raz"),
    (RULES, "application,ask\n,1\n", "apps.csv:2:1: application: pusta komórka"),
    (RULES, "application,ask\n7,\n", "apps.csv:2:2: ask: pusta komórka"),
    (RULES, "application,ask\n7,-5\n", "apps.csv:2:2: ask: „-5” to nie kwota w pełnych groszach"),
    (RULES, "application;ask\n7;6000,00\n", "apps.csv:2:2: ask: „6000,00” to nie kwota w pełnych groszach"),
    (RULES, "application,ask,accepts_from\n7,5,6\n", "apps.csv:2:3: accepts_from: 6 to więcej niż ask (5)"),
    (RULES, "application,ask,bonus\n7,5,-1\n", "apps.csv:2:3: bonus: „-1” jest mniejsze od zera"),
    (QUOTAS, "application,ask\n7,5\n", "apps.csv:1:3: brakuje kolumny „category”"),
    (QUOTAS, "\n\napplication,ask\n7,5\n", "apps.csv:3:3: brakuje kolumny „category”"),
    (QUOTAS, "application,ask,category\n7,5,\n", "apps.csv:2:3: category: pusta komórka"),
]


@pytest.mark.parametrize(("rules", "apps", "message"), BAD_APPLICATIONS)
def test_bad_applications_are_refused_with_their_place(
    desk: Desk, rules: dict[str, Any], apps: str, message: str
) -> None:
    run = desk.run(rules, SCORES, apps, "--json")

    assert (run.exit_code, run.stdout) == (2, "")
    assert f"{desk.folder}/{message}" in run.stderr


@pytest.mark.parametrize(
    ("scores", "apps", "message"),
    [
        (None, "application,ask\n7,1\n", "apps.csv:1:3: brakuje kolumny „points”"),
        (None, "application,ask,points\n7,1,\n", "apps.csv:2:3: points: pusta komórka"),
        (None, "application,ask,points\n7,1,-1\n", "apps.csv:2:3: points: „-1” jest mniejsze od zera"),
        (SCORES, "application,ask,points\n7,1,1\n", "apps.csv:2:3: points: wynik jest już podany"),
        (None, None, "Podaj SCORES.csv albo --applications APPS.csv z kolumną points."),
    ],
)
def test_scores_and_points_exclude_each_other_and_one_is_needed(
    desk: Desk, scores: str | None, apps: str | None, message: str
) -> None:
    run = desk.run(RULES, scores, apps, "--json")

    assert (run.exit_code, run.stdout) == (2, "")
    assert message in run.stderr


def test_a_missing_file_is_named(desk: Desk) -> None:
    run = CliRunner().invoke(main, ["rank", "--rules", str(desk.folder / "none.json"), "none.csv"])

    assert (run.exit_code, run.stdout) == (2, "")
    assert "none.json:1:1: nie można otworzyć pliku" in run.stderr


def test_people_can_read_the_table(desk: Desk) -> None:
    run = desk.run(RULES | {"pool": 123456}, SCORES, "application,ask\n007,123000\n7,400\n")

    assert run.stdout.splitlines()[1:] == [
        "      1      74,00      1         4,00 zł  7",
        "      2      68,00      1      1230,00 zł  007",
        "zostaje w puli: 0,56 zł",
    ]


MARK = st.sampled_from([None, *map(Decimal, ("0", "1.5", "3", "4.5", "5"))])
KEYS = st.text("aż,;\"'\n=0 ", min_size=1, max_size=3).filter(lambda key: key.strip() and key == key.strip())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_the_app_writes_out_recomputes_to_the_same_result(tmp_path: Path, data: st.DataObject) -> None:
    names = data.draw(st.lists(KEYS, min_size=1, max_size=5, unique=True))
    cards = [
        Card(name, juror, {"idea": data.draw(MARK), "plan": data.draw(MARK)})
        for name in names
        for juror in data.draw(st.sets(KEYS, max_size=3))
    ]
    entries = [
        Entry(name, data.draw(st.integers(5, 50)), Decimal(data.draw(st.integers(0, 2))), "śląskie", "x", 5)
        for name in names
    ]
    criteria = (Criterion("idea", Decimal(60), step=Decimal("0.5")), Criterion("plan", Decimal("0.7")))
    by = RuleSet(
        rubric=Rubric(criteria), threshold=Decimal(10), ties=("idea",), pool=data.draw(st.integers(0, 100)),
        aggregate=data.draw(st.sampled_from(Aggregate)), list_rule=data.draw(st.sampled_from(ListRule)),
        partial_floor=data.draw(st.sampled_from([None, Decimal("0.7")])), cards=data.draw(st.integers(1, 2)),
        quotas=Quotas(most_per_category=data.draw(st.sampled_from([None, 2])), least_per_category=(("x", 1),)),
        votes=(tuple(names),),
    )  # fmt: skip
    ranking = rank(by, entries, cards)
    written = record.result_data(ranking, allocate(by, ranking))

    desk = Desk(tmp_path)
    texts = record.rules_json(by), record.scores_csv(by, entries, cards), record.applications_csv(entries)
    assert desk.result(*texts) == json.loads(json.dumps(written))

    file = read_rules(tmp_path / "rules.json")
    assert record.rules_hash(file.rules) == record.rules_hash(by)
    read = read_applications(tmp_path / "apps.csv", file, scored=True), read_scores(tmp_path / "scores.csv", file, None)
    assert record.input_hash(*read) == record.input_hash(entries, cards)


def test_it_starts_without_the_web_and_the_database() -> None:
    program = (
        "import sys; from strefa.cli import main; import strefa.cli.rank;"
        "print(sorted({'flask', 'sqlalchemy', 'numpy', 'highspy', 'babel'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"


def test_ten_thousand_applications_take_seconds(tmp_path: Path) -> None:
    keys = [f"k{at}" for at in range(7)]
    rows = [
        f"{a},{j},{key},{(a * 7 + j * 3 + at * a) % 11 / 2}"
        for a in range(10_000)
        for j in range(3)
        for at, key in enumerate(keys)
    ]
    criteria = [{"key": key, "weight": at + 1, "min": 0, "max": 5, "step": "0.5"} for at, key in enumerate(keys)]
    (tmp_path / "s.csv").write_text(HEAD + "\n".join(rows))
    (tmp_path / "a.csv").write_text("application,ask\n" + "\n".join(f"{a},{500_000 + a}" for a in range(10_000)))
    rules = RULES | {"criteria": criteria, "threshold": 5, "ties": keys, "pool": 10**9, "list_rule": "skip"}
    (tmp_path / "r.json").write_text(json.dumps(rules))
    command = [sys.executable, "-c", "from strefa.cli import main; main()", "rank", "s.csv", "--rules", "r.json"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}

    before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    run = subprocess.run(
        [*command, "--applications", "a.csv", "--json"], cwd=tmp_path, env=environment, capture_output=True, check=True
    )

    assert len(json.loads(run.stdout)["ranking"]) == 10_000
    spent = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before
    assert spent < 12  # seconds of processor: about 3
