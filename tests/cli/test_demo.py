"""The played round before it is played: its command refuses, its calendar moves, its script leads where it should."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from strefa.cli import main
from strefa.cli.demo import script, showcase, stopping
from strefa.cli.demo.attachments import made
from strefa.cli.demo.script import Applicant
from strefa.cli.demo.stage import Stage, StepFailed
from strefa.cli.demo.visitor import Surprise, Visitor
from strefa.cli.playing import STEPS, TEMPLATE
from strefa.contest.rounds import template_file
from strefa.infra.files import content
from strefa.rules import allocation
from strefa.rules.ranking import Card, Entry, rank, rules_of
from strefa.settings import ROOT


def test_a_folder_that_holds_something_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notatki.txt").write_text("moje")
    refused = CliRunner().invoke(main, ["demo", "--out", str(tmp_path)])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"Folder {tmp_path} nie jest pusty. Podaj pusty albo nowy folder.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["notatki.txt"]


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "plik").write_text("")
    refused = CliRunner().invoke(main, ["demo", "--out", str(tmp_path / "plik" / "runda")])
    assert refused.exit_code == 2
    assert refused.stderr.endswith("plik/runda: po drodze jest plik, a nie folder. Podaj inny.\n")
    refused = CliRunner().invoke(main, ["demo", "--out", "/proc/nie-ma/runda"])
    assert (refused.exit_code, refused.stderr.endswith(": nie ma takiego miejsca. Podaj inny.\n")) == (2, True)


def test_a_play_that_somebody_stops_ends_at_once_with_one_word_and_no_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from strefa.cli import main; main()", "demo", "--out", str(tmp_path / "runda")]
    said = tmp_path / "said"
    with said.open("w") as output:
        playing = subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT, start_new_session=True)
    until = time.monotonic() + 60
    while f"[ 2/{STEPS}]" not in said.read_text():  # by now a child prints what will be attached
        assert time.monotonic() < until, said.read_text()
        time.sleep(0.1)
    os.killpg(playing.pid, signal.SIGINT)  # as Ctrl-C does: everybody in the terminal hears it
    assert playing.wait(60) == 130  # what is being printed is finished first, beside whatever else this computer does
    assert said.read_text().splitlines()[-2:] == [f"[ 2/{STEPS}] Jury przyjmuje zaproszenia…", "Przerwano."]
    assert "Traceback" not in said.read_text()


class Finalised:
    """Something that is interrupted while it goes: Python tells of that and goes on."""

    def __init__(self, interrupt: BaseException | None = None) -> None:
        self.interrupt = interrupt

    def __del__(self) -> None:
        if self.interrupt:
            raise self.interrupt
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_python_has_lost_stops_the_play_at_its_next_request(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard_before, told = signal.getsignal(signal.SIGINT), list[Any]()
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_value))
    with stopping.heard():
        stopping.unless_stopped()
        Finalised()
        Finalised(ValueError("worth telling"))
        assert [str(one) for one in told] == ["worth telling"]
        visitor = Visitor(app)
        for _request in range(2):
            with pytest.raises(KeyboardInterrupt):
                visitor.get("/zdrowie")
    stopping.unless_stopped()
    assert signal.getsignal(signal.SIGINT) is heard_before


@pytest.mark.parametrize("number", ["-1", "siedem", "1.5"])
def test_a_seed_that_is_no_number_is_refused(number: str, tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["demo", "--out", str(tmp_path / "runda"), "--seed", number])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert not (tmp_path / "runda").exists()


def test_the_shows_first_round_is_over_before_the_second_is_announced_whatever_the_day() -> None:
    for today in (date(2026, 1, 1) + timedelta(days=7 * week + week % 7) for week in range(160)):
        before, now = showcase.shifts(today)
        assert (before % 7, now % 7) == (0, 0)  # every day stays the same day of the week
        assert 0 <= (today - showcase.OPENED).days - now < 7
        assert showcase.ENDED + timedelta(days=before) <= showcase.ANNOUNCED + timedelta(days=now)
        assert showcase.year_of(before) < showcase.year_of(now)


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2026, 11, 26), date(2027, 7, 15)])
def test_both_rounds_of_the_show_are_rounds_with_names_of_their_own(today: date) -> None:
    source = TEMPLATE.read_text(encoding="utf-8")
    named = [showcase.renamed(source, days) for days in showcase.shifts(today)]
    templates = [
        template_file.load(showcase.moved(text, days))
        for (_slug, text), days in zip(named, showcase.shifts(today), strict=True)
    ]
    assert [template.slug for template in templates] == [slug for slug, _text in named]
    first, second = templates
    assert first.number_prefix != second.number_prefix
    assert first.name.pl == f"Strefa Eksperymentu {showcase.year_of(showcase.shifts(today)[0])}"
    call = second.timetable.in_utc()
    assert call.stages[0].starts.date() <= today <= call.stages[0].ends.date()


def test_dates_in_answers_move_with_the_calendar() -> None:
    answers = {"b5_dates": {"from": "2027-05-10", "to": "2027-10-29"}, "rows": [{"from": "2027-06-03"}], "b1": "Tak"}
    assert script.moved(answers, -364) == {
        "b5_dates": {"from": "2026-05-11", "to": "2026-10-30"}, "rows": [{"from": "2026-06-04"}], "b1": "Tak",
    }  # fmt: skip


def test_the_show_names_somebody_for_each_role_and_all_of_the_jury() -> None:
    shown = showcase.accounts(showcase.cast())
    assert [account.role for account in shown] == [*showcase.ROLES, *["juror"] * 6]
    assert len({account.email for account in shown}) == len(shown)


@pytest.mark.parametrize("kind", ["pdf", "docx", "jpg"])
def test_attachments_are_made_from_their_text_alone_and_are_what_their_names_say(kind: str, tmp_path: Path) -> None:
    first, second = (made(f"List – żółw.{kind}", kind, "Zażółć gęślą jaźń.\n\nDrugi akapit.") for _ in range(2))
    assert first == second
    assert made(f"List – żółw.{kind}", kind, "Inny tekst.").content != first.content
    path = tmp_path / first.name
    path.write_bytes(first.content)
    content.check(path, first.name, "h1_files")


def test_the_marks_lead_to_every_event_whoever_gives_them() -> None:
    template = template_file.load(TEMPLATE.read_text(encoding="utf-8"))
    keys = [criterion.key for criterion in template.scoring.criteria]
    judged = [one for one in script.cast().applicants if one.cards]
    rules = rules_of(template.scoring, template.frame.pool, [])
    cards = [
        Card(one.key, profile, dict(zip(keys, map(Decimal, card.marks), strict=True)), third=profile == "third")
        for one in judged
        for profile, card in one.cards.items()
    ]
    ranking = rank(rules, [_entry(one) for one in judged], cards)
    given = allocation.allocate(rules, ranking)
    places = {row.application: row for row in ranking.rows}
    assert (places["09"].points, places["09"].tie_broken_by) == (places["10"].points, "novelty")
    assert (given.funded[-1], given.awards["09"], given.left) == ("09", 540_000, 0)
    assert given.reserve[0] == "10"
    assert [row.application for row in ranking.ranked if row.fails] == ["19", "16", "17", "18", "20"]
    after = allocation.promote(
        rules, ranking, {k: v for k, v in given.awards.items() if k != script.RESIGNS}, [script.RESIGNS]
    )
    assert after.awards == {"10": 450_000}
    assert {one.key for one in judged if "third" in one.cards} == {"08", "13"}


@pytest.fixture
def stage(app: Flask) -> Iterator[Stage]:
    stage = Stage(app, seed=1)
    yield stage
    stage.close()


def test_a_step_that_fails_says_which_and_why(stage: Stage) -> None:
    with pytest.raises(StepFailed, match=r"^Jury ocenia: KeyError: 'karta'$"), stage.step("Jury ocenia"):
        raise KeyError("karta")


def test_the_clock_of_the_play_is_everybodys_and_never_goes_back(stage: Stage, app: Flask) -> None:
    stage.at("2027-02-11", "15:00:07")
    assert app.extensions["clock"].now() == datetime(2027, 2, 11, 14, 0, 7, tzinfo=UTC)
    stage.later(minutes=5)
    with pytest.raises(RuntimeError, match="would go back"):
        stage.at("2027-02-11", "15:00:08")
    stage.close()
    assert app.extensions["clock"].now() - datetime.now(UTC) < timedelta(minutes=1)


def test_a_visitor_fills_in_only_what_a_page_shows(app: Flask, store: Session) -> None:
    visitor = Visitor(app)
    page = visitor.get("/konto/logowanie")
    with pytest.raises(Surprise, match=r"has no fields \['pesel'\]"):
        visitor.send(page, "/konto/logowanie", {"pesel": "1"})
    with pytest.raises(Surprise, match="no form for …/usun"):
        page.form("/usun")
    with pytest.raises(Surprise, match="404 instead of 200"):
        visitor.get("/nie-ma-takiej")
    assert visitor.send(page, "/konto/logowanie", {"email": "a@example.org", "password": "nie to"}, expected=422).said


def test_no_sentence_is_said_in_two_applications_or_of_them() -> None:
    places: dict[str, set[str]] = {}
    for one in script.cast().applicants:
        for text in _texts([one.answers, list(one.attachments), [card.justifications for card in one.cards.values()]]):
            for sentence in re.split(r"(?<=[.!?…])\s+|\n", text):
                if len(sentence.strip()) > 40:
                    places.setdefault(sentence.strip(), set()).add(one.key)
    assert len(places) > 1500
    assert {sentence: keys for sentence, keys in places.items() if len(keys) > 1} == {}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts(part))


def _entry(applicant: Applicant) -> Entry:
    answers = applicant.answers
    ask = sum(round(100 * _zloty(row["grant"])) for row in answers["g1_budget"])
    small = int(applicant.organisation["population"]) <= 20_000
    return Entry(
        application=applicant.key, ask=ask, bonus=Decimal(3 if small else 2),
        accepts_from=round(100 * _zloty(answers["g3_from"])) or None,
    )  # fmt: skip


def _zloty(typed: str) -> Decimal:
    return Decimal(typed.replace("zł", "").replace(" ", "").replace("\xa0", "").replace(",", ".") or 0)
