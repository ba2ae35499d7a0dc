"""Papers, spreadsheets and the files of the ranking in the office."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from strefa import worker
from strefa.contest.decisions import actions as decisions
from strefa.contest.decisions import queries
from strefa.infra import jobs
from strefa.infra.clock import Clock
from strefa.rules.policy import Role
from tests import decided, world
from tests.pages import Pages

ADDRESS = "/biuro/edycje/strefa-eksperymentu-2027"


def test_papers_are_listed_with_their_state_and_handed_over(
    app: Flask, store: Session, pages: Pages, clock: Clock
) -> None:
    clock.set(decided.MEETING)
    made = decided.a_decided_round(published=False)
    office = pages.sign_in(made.coordinator)
    before = office.get(f"{ADDRESS}/dokumenty").text
    assert "w przygotowaniu" in before

    only = {f"minutes:{made.proposal.id}", f"ranking:{made.proposal.id}"}
    for job in store.query(jobs.Job).where(jobs.Job.subject.not_in(only)):
        store.delete(job)
    store.commit()
    worker.work_off(app)

    after = office.get(f"{ADDRESS}/dokumenty").text
    address = f"{ADDRESS}/dokumenty/minutes/protokol-strefa-eksperymentu-2027.pdf"
    assert address in after
    answer = office.get(address)
    assert (answer.data[:5], answer.mimetype) == (b"%PDF-", "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    listed = office.get(f"{ADDRESS}/dokumenty/ranking").text
    assert "lista-rankingowa-strefa-eksperymentu-2027.pdf" in listed
    for stranger in (made.jurors[0], world.a_person(), world.a_person(Role.ADMINISTRATOR)):
        assert pages.sign_in(stranger).get(address).status_code == 404
    assert office.get(f"{ADDRESS}/dokumenty/minutes/inny.pdf").status_code == 404
    assert office.get(f"{ADDRESS}/dokumenty/cokolwiek").status_code == 404


def test_a_paper_that_failed_is_named_and_can_be_asked_for_again(store: Session, pages: Pages) -> None:
    made = decided.a_decided_round(published=False)
    job = store.query(jobs.Job).filter_by(subject=f"minutes:{made.proposal.id}").one()
    job.state, job.last_error = jobs.JobState.FAILED, "PaperFailed: za mało pamięci"
    store.commit()
    office, auditor = pages.sign_in(made.coordinator), pages.sign_in(world.a_person(Role.AUDITOR))

    assert "za mało pamięci" in office.get(f"{ADDRESS}/dokumenty/minutes").text
    assert "/ponow" not in auditor.get(f"{ADDRESS}/dokumenty/minutes").text
    assert auditor.post(f"{ADDRESS}/dokumenty/minutes/ponow").status_code == 404
    office.post(f"{ADDRESS}/dokumenty/minutes/ponow")
    store.expire_all()
    assert store.get_one(jobs.Job, job.id).state is jobs.JobState.WAITING


@pytest.mark.parametrize("address", ["/dokumenty", "/dokumenty/letter"])
def test_the_shelf_sends_the_same_statements_however_full_it_is(
    address: str, pages: Pages, queries_at_most: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    office = pages.sign_in(world.a_person(Role.COORDINATOR))
    office.get(ADDRESS + address)
    with queries_at_most(20) as empty:
        office.get(ADDRESS + address)
    decided.a_decided_round()
    with queries_at_most(20) as full:
        office.get(ADDRESS + address)
    assert len(full) == len(empty)


def test_the_workbook_holds_typed_cells(store: Session, pages: Pages) -> None:
    made = decided.a_decided_round()
    made.applications[0].title = "=1+1"
    store.commit()

    content = pages.sign_in(made.coordinator).get(f"{ADDRESS}/arkusze/wyniki.xlsx").data

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Wnioski", "Oceny", "Ranking", "Decyzje", "Kosztorysy"]
    first = dict(zip(*([cell.value for cell in row] for row in book["Wnioski"].iter_rows(max_row=2)), strict=True))
    assert (first["Tytuł"], first["Wnioskowana dotacja"], first["Mieszkańcy gminy"]) == ("=1+1", 5000, 4000)
    assert book["Wnioski"]["C2"].data_type == "s"
    assert first["Złożony"].isoformat() == "2027-02-01T12:00:00"
    days = ("A6g. Stan ludności na dzień", "B5. Terminy eksperymentu: od", "B5. Terminy eksperymentu: do")
    assert [first[day].date() for day in days] == [date(2025, 12, 31), date(2027, 5, 4), date(2027, 9, 30)]
    pairs = zip(*book["Wnioski"].iter_rows(max_row=2), strict=True)
    formats = {cell.value: below.number_format for cell, below in pairs}
    assert [formats[day] for day in days] == ["yyyy-mm-dd"] * 3
    assert [cell.value for cell in book["Oceny"][2]][2:8] == ["Ekspert 1", None, 5, 5, 4.5, 4]
    assert book["Oceny"].max_row == 1 + 21
    ranking = [[cell.value for cell in row] for row in book["Ranking"].iter_rows(min_row=2)]
    assert [row[0] for row in ranking] == [1, 2, 3, 3, 5, 6, 7, 8, 9, 10]
    assert sum(float(str(row[10] or 0)) for row in ranking) == pytest.approx(31851.75)
    assert book["Kosztorysy"].max_row == 1 + 12 * 3


def test_the_workbook_tells_what_was_decided_first_and_what_holds_after_a_resignation(
    store: Session, pages: Pages
) -> None:
    made = decided.a_decided_round()
    later = decided.MEETING + timedelta(days=20)
    decisions.resign(made.proposal.decisions[0], "Zmiana planów.", actor=made.coordinator, now=later)
    (promoted,) = decisions.promote(made.round, made.proposal, actor=made.coordinator, now=later)
    store.commit()

    content = pages.sign_in(made.coordinator).get(f"{ADDRESS}/arkusze/wyniki.xlsx").data

    page = openpyxl.load_workbook(io.BytesIO(content))["Decyzje"]
    heads = [cell.value for cell in page[1]]
    rows: dict[Any, dict[Any, Any]] = {
        row[1]: dict(zip(heads, row, strict=True)) for row in page.iter_rows(min_row=2, values_only=True)
    }
    gone, risen = rows[made.applications[0].number], rows[promoted.application.number]
    asked = ("Pierwsza decyzja", "Pierwsza dotacja", "Decyzja teraz", "Dotacja teraz", "Powód rezygnacji")
    assert [gone[name] for name in asked] == ["dotacja", 5000, "rezygnacja", 0, "Zmiana planów."]
    assert (gone["Rezygnacja"].isoformat(), gone["Wejście z rezerwy"]) == ("2027-03-30T13:00:00", None)
    whole = promoted.amount / 100
    assert [risen[name] for name in asked] == ["lista rezerwowa", 0, "dotacja", pytest.approx(whole), None]
    assert (risen["Rezygnacja"], risen["Wejście z rezerwy"].isoformat()) == (None, "2027-03-30T13:00:00")
    assert sum(row["Dotacja teraz"] for row in rows.values()) == pytest.approx(queries.spent(made.proposal) / 100)
    assert {row["Stan decyzji"] for row in rows.values()} == {"ogłoszone"}


def test_the_workbook_has_no_decisions_before_anybody_proposed_them(store: Session, pages: Pages) -> None:
    made = decided.a_decided_round(published=False)
    decisions.return_proposal(
        made.round, made.proposal, "Zła pula w protokole.", actor=made.approver, now=decided.MEETING
    )
    store.commit()
    content = pages.sign_in(made.coordinator).get(f"{ADDRESS}/arkusze/wyniki.xlsx").data
    assert "Decyzje" not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


def test_the_ranking_can_be_recomputed_from_the_files_the_office_gives(
    store: Session, pages: Pages, tmp_path: Path
) -> None:
    made = decided.a_decided_round()
    office = pages.sign_in(made.coordinator)
    for name in ("SCORES.csv", "APPS.csv", "RULES.json"):
        (tmp_path / name).write_bytes(office.get(f"{ADDRESS}/arkusze/{name}").data)

    command = [
        sys.executable,
        "-c",
        "from strefa.cli import main; main()",
        "rank",
        "SCORES.csv",
        "--rules",
        "RULES.json",
    ]
    answer = subprocess.run(
        [*command, "--applications", "APPS.csv", "--json"], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[3]), "PATH": "/usr/bin"},
    )  # fmt: skip

    assert json.loads(answer.stdout) == made.proposal.ranking.result
