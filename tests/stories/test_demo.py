"""The whole round: played by the command into a folder, then read as anybody would read it."""

import csv
import hashlib
import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from strefa.cli import main
from strefa.outputs.pdf import flaws
from strefa.rules.identifiers import VOIVODESHIPS
from tests.alone import POSTGRESQL
from tests.stories import played

EVENTS = (
    "drafts", "withdrawn", "outages", "extensions", "late_refused", "formal_failures", "corrections", "recusals", "third_jurors", "ties_at_line", "partial",
    "below_threshold", "promoted", "accountants", "handed_over",
)  # fmt: skip


@dataclass
class Folder:
    """What the command left."""

    path: Path

    @cached_property
    def files(self) -> dict[str, str]:
        """Every file with its SHA-256."""
        places = sorted(path for path in self.path.rglob("*") if path.is_file())
        return {str(p.relative_to(self.path)): hashlib.sha256(p.read_bytes()).hexdigest() for p in places}

    @cached_property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.path / "summary.json").read_text(encoding="utf-8"))

    @property
    def applications(self) -> dict[str, dict[str, Any]]:
        return {one["number"]: one for one in self.summary["applications"] if one["number"]}

    def numbers(self, event: str) -> list[str]:
        return [one["number"] for one in self.summary["events"][event]]


@pytest.fixture(scope="session")
def both() -> dict[str, Path]:
    """The folders of a round that was played on either database, once for all test processes."""
    return played.folders()


@pytest.fixture
def folder(both: dict[str, Path]) -> Folder:
    return Folder(both["postgresql" if POSTGRESQL else "sqlite"])


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_on_the_other_database(
    both: dict[str, Path],
) -> None:
    one, other = (Folder(folder).files for folder in both.values())
    assert one == other


def test_the_report_says_why_it_awards_less_than_the_budgets_ask_for(folder: Folder) -> None:
    assert folder.numbers("partial")
    told = subprocess.run(["pdftotext", folder.path / "raport.pdf", "-"], capture_output=True, text=True, check=True)
    text = " ".join(told.stdout.split())
    assert "Razem wnioskowano" in text
    assert "dotacje w części są mniejsze od wnioskowanych" in text


def test_every_paper_is_there_and_is_what_the_summary_says(folder: Folder) -> None:
    names = set(folder.files)
    whole = {
        "ocena-formalna.pdf",
        "protokol.pdf",
        "lista-rankingowa.pdf",
        "raport.pdf",
        "wyniki.xlsx",
        "dziennik.jsonl",
        "summary.json",
    }
    assert whole | {"scores.csv", "applications.csv", "rules.json"} == {name for name in names if "/" not in name}
    assert {name.partition("/")[0] for name in names if "/" in name} == {
        "wnioski", "karty", "pisma", "potwierdzenia", "wezwania",
    }  # fmt: skip
    assert {f"wnioski/{number}.pdf" for number in folder.applications} == {n for n in names if n.startswith("wnioski/")}
    assert folder.summary["files"] == {name: sha for name, sha in folder.files.items() if name.endswith(".pdf")}


def test_every_application_has_its_receipt_cards_and_letter(folder: Folder) -> None:
    by_folder = {
        place: [name for name in folder.files if name.startswith(f"{place}/")]
        for place in ("karty", "pisma", "potwierdzenia")
    }
    for number, one in folder.applications.items():
        assert any(number in name for name in by_folder["potwierdzenia"])
        checked = one["status"] in ("eligible", "ineligible")
        assert sum(number in name for name in by_folder["pisma"]) == checked
        whole = one["cards"] + 2 if one["cards"] else checked  # each juror's, the consolidated one, the formal one
        assert sum(number in name for name in by_folder["karty"]) == whole, number


def test_the_papers_are_valid_tagged_pdf(folder: Folder) -> None:
    one_of_each = {
        re.sub(r"\d|-[a-z0-9]{10}\.", "", name): name for name in folder.files if name.endswith(".pdf")
    }  # every kind of paper once: each was judged when it was printed
    assert len(one_of_each) >= 9
    for name in one_of_each.values():
        assert flaws((folder.path / name).read_bytes()) == [], name


def test_everything_that_can_happen_in_a_round_has_happened(folder: Folder) -> None:
    events, applications = folder.summary["events"], folder.applications
    assert tuple(events) == EVENTS
    assert all(events.values())
    assert [applications[number]["status"] for number in folder.numbers("withdrawn")] == ["withdrawn"]
    assert [applications[number]["status"] for number in folder.numbers("formal_failures")] == ["ineligible"]
    never_sent = [one["title"] for one in folder.summary["applications"] if one["number"] is None]
    assert sorted(one["title"] for one in events["drafts"]) == sorted(never_sent)
    assert next(one["title"] for one in events["late_refused"]) in never_sent
    assert [(one["number"], one["replaced_by"]) in scorers(folder) for one in events["recusals"]] == [True]
    assert {applications[number]["cards"] for number in folder.numbers("third_jurors")} == {3}
    assert {applications[number]["decision"] for number in folder.numbers("below_threshold")} == {"refused"}


def test_an_accountant_filled_a_budget_and_an_application_was_handed_over(folder: Folder) -> None:
    team, handed_over = (folder.summary["events"][event][0] for event in ("accountants", "handed_over"))
    assert set(team["roles"]) == {"editor", "accountant", "signatory"}
    assert team["roles"]["accountant"] != team["roles"]["editor"] == [team["begun_by"]]
    assert handed_over["roles"]["reader"] == [handed_over["begun_by"]]
    assert handed_over["begun_by"] not in handed_over["roles"]["editor"]
    assert {team["number"], handed_over["number"]} <= set(folder.applications)


def test_an_outage_before_the_close_moved_it_for_all(folder: Folder) -> None:
    events = folder.summary["events"]
    begun, over = events["outages"]
    assert (begun["begins"], begun["ends"]) == (over["begins"], "")
    assert [(one["moved_from"], one["closes"]) for one in events["extensions"]] == [
        ("2027-02-11T14:00:00+00:00", "2027-02-12T14:00:00+00:00")
    ]
    assert over["begins"] < events["extensions"][0]["moved_from"] < over["ends"]
    assert events["extensions"][0]["count"] > len(folder.applications)
    assert events["late_refused"][0]["closes"] == events["extensions"][0]["closes"]


def test_one_application_was_mended_in_time_and_went_on_to_the_jury(folder: Folder) -> None:
    (mended,) = folder.summary["events"]["corrections"]
    assert mended["fields"] == ["e1_team"]
    assert mended["mended_at"] < mended["deadline"]
    assert mended["version"] == 2
    assert folder.applications[mended["number"]]["status"] == "eligible"
    assert folder.applications[mended["number"]]["cards"] >= 2


def scorers(folder: Folder) -> set[tuple[str, str]]:
    """Return who scored what: numbers and pseudonyms in scores.csv."""
    with (folder.path / "scores.csv").open(encoding="utf-8-sig") as file:
        return {(row["application"], row["juror"]) for row in csv.DictReader(file)}


def test_a_tie_at_the_line_was_settled_by_a_criterion_and_the_next_promoted(folder: Folder) -> None:
    applications = folder.applications
    tie = folder.summary["events"]["ties_at_line"][0]
    above, below = (applications[number] for number in tie["numbers"])
    assert above["points"] == below["points"] == tie["points"]
    assert above["tie_broken_by"] == tie["broken_by"] == "novelty"
    assert above["decision"] == "partial"
    assert folder.numbers("partial") == [above["number"]]
    assert Fraction(7, 10) * above["asked"] <= above["awarded"] < above["asked"]
    assert folder.numbers("promoted") == [below["number"]]
    assert (below["decision"], below["awarded"]) == ("funded", below["asked"])
    assert [one["decision"] for one in applications.values()].count("resigned") == 1


def test_the_money_adds_up_in_whole_grosze(folder: Folder) -> None:
    summary = folder.summary
    assert summary["pool"] == 6_000_000
    assert summary["spent"] == sum(one["awarded"] for one in summary["applications"])
    assert summary["spent"] + summary["left"] == summary["pool"]
    assert (summary["seed"], summary["round"]) == (7, "strefa-eksperymentu-2027")


def test_the_applications_come_from_every_voivodeship_and_share_no_sentence(folder: Folder) -> None:
    assert {one["voivodeship"] for one in folder.summary["applications"]} == set(VOIVODESHIPS.values())
    assert len(folder.summary["applications"]) == 24
    answers: Counter[str] = Counter()
    for row in load_workbook(folder.path / "wyniki.xlsx", read_only=True)["Wnioski"].iter_rows(2, values_only=True):
        cells = [str(cell) for cell in row[11:] if cell]
        answers.update(set(sentences("\n".join(cells))))
    declared = {text for text, times in answers.items() if times == len(folder.applications)}
    assert len(answers) > 1000
    assert [text for text, times in answers.items() if times > 1 and text not in declared] == []


def sentences(text: str) -> list[str]:
    """Cut a text into its sentences of more than 40 characters."""
    parts = re.split(r"(?<=[.!?…])\s+|\n", text)
    return [part.strip() for part in parts if len(part.strip()) > 40]


def test_anybody_can_compute_the_ranking_anew_from_the_files(folder: Folder) -> None:
    words = ["rank", "scores.csv", "--rules", "rules.json", "--applications", "applications.csv", "--json"]
    result = CliRunner().invoke(main, [str(folder.path / word) if "." in word else word for word in words])
    ranked = json.loads(result.stdout)
    applications = folder.applications
    for row in ranked["ranking"]:
        one = applications[row["application"]]
        assert (one["rank"], one["points"], one["tie_broken_by"]) == (row["rank"], row["points"], row["tie_broken_by"])
    changed = {one["number"] for one in applications.values() if one["decision"] == "resigned"}
    changed |= set(folder.numbers("promoted"))
    for number, amount in ranked["awards"].items():
        assert number in changed or applications[number]["awarded"] == amount
    assert (ranked["tied"], ranked["incomplete"], ranked["not_counted"]) == ([], [], [])


def test_six_jurors_share_the_cards_evenly(folder: Folder) -> None:
    cards = scorers(folder)
    assert len(cards) == 42
    loads = Counter(juror for _application, juror in cards)
    assert len(loads) == 6
    assert max(loads.values()) - min(loads.values()) <= 2


def test_the_journal_tells_the_round_in_order_and_each_line_keeps_its_hash(folder: Folder) -> None:
    entries = [json.loads(line) for line in (folder.path / "dziennik.jsonl").read_text(encoding="utf-8").splitlines()]
    for entry in entries:
        said = [entry[key] for key in ("sequence", "at", "actor", "verb", "subject", "round", "details_hash")]
        text = json.dumps([*said, entry["previous_hash"]], ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == entry["hash"]
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    assert {entry["at"][:4] for entry in entries} == {"2026", "2027"}
    verbs = {entry["verb"] for entry in entries}
    assert verbs >= {
        "load_round",
        "publish_document",
        "submit",
        "recuse",
        "propose_decisions",
        "approve_decisions",
        "publish_decisions",
    }
