"""The show of `make run`: a round played to its end some time ago, and one whose call is open today."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from strefa.cli.demo import librarians, office, script
from strefa.cli.demo import round as played_round
from strefa.cli.demo.librarians import Team
from strefa.cli.demo.office import Office
from strefa.cli.demo.round import PASSWORD, Command, Played, moved
from strefa.cli.demo.script import Applicant, Cast, Somebody
from strefa.cli.demo.stage import Stage
from strefa.cli.showing import Account

SEED = 7
STEPS = 18
OPENED = date(2027, 1, 31)  # in the round that is open today is this day of its calendar, or one of the six after it
ENDED = date(2027, 6, 1)  # by this day of its calendar a round is behind everybody, and the next may be announced
ANNOUNCED = date(2027, 1, 11)
WORK = date(2027, 5, 1)
YEAR = 364  # days: a year in whole weeks, so that every day stays the same day of the week

OFFICE = {
    "administrator": Somebody("Irena Zarządna", "administratorka@pokaz.example"),
    "coordinator": Somebody("Beata Terminowska", "koordynatorka@pokaz.example"),
    "chair": Somebody("Halina Rozważna", "przewodniczaca@pokaz.example"),
    "approver": Somebody("Marek Podpisowski", "zarzad@pokaz.example"),
    "auditor": Somebody("Olga Sprawdzińska", "kontrola@pokaz.example"),
}
APPLICANT = {"name": "Ala Czytelnicka", "email": "biblioteka@pokaz.example", "phone": "75 555 23 94"}
HERS = script.LATE  # the application whose place she takes: too late last time, ready to be sent this time
AGAIN = ("11", "13", "14", "15", "16", "18", "19", "21")  # who got nothing in the round before and tries again
ROLES = ("applicant", "coordinator", "chair", "approver", "auditor", "administrator")


def play(command: Command, template: Path, tell: Callable[[str], None]) -> list[Account]:
    """Play the show into the empty instance of the environment; returns who may sign in, each role at least once."""
    from strefa import create_app  # slow, and a show that stands is only opened again

    source, today = template.read_text(encoding="utf-8"), datetime.now(UTC).date()
    before, now = shifts(today)
    stage = Stage(create_app(), SEED, before, tell)
    try:
        name, text = renamed(source, before)
        played = played_round.play(stage, command, cast(), text, name)
        with stage.step("Biuro otwiera nową edycję"):
            stage.days = now
            name, text = renamed(source, now)
            following = _opened(stage, command, played, moved(text, now), name)
        with stage.step("Biblioteki próbują jeszcze raz"):
            _tries_again(stage, played, following)
    finally:
        stage.close()
    return accounts(played.cast)


def shifts(today: date) -> tuple[int, int]:
    """Return by how many days the calendars move: of the round that is over, and of the one that is open.

    >>> shifts(date(2027, 1, 31))
    (-364, 0)
    >>> shifts(date(2027, 2, 6))
    (-364, 0)
    """
    open_one = (today - OPENED).days // 7 * 7  # in whole weeks: no meeting on a Sunday
    announced, before = ANNOUNCED + timedelta(days=open_one), 0
    while ENDED + timedelta(days=before) > announced or year_of(before) >= year_of(open_one):
        before -= YEAR
    return before, open_one


def year_of(days: int) -> int:
    """Return the year that a round is named after: that of its experiments."""
    return (WORK + timedelta(days=days)).year


def renamed(source: str, days: int) -> tuple[str, str]:
    """Return a round's address and the text of its file, named after the year into which its calendar is moved."""
    year, slug = year_of(days), f"strefa-eksperymentu-{year_of(days)}"
    text = re.sub(r"(strefa-eksperymentu-|SE-|Strefa Eksperymentu |Experiment Zone )2027\b", rf"\g<1>{year}", source)
    return slug, text


def cast() -> Cast:
    """Return everybody, with short addresses for those whom the show lets anybody be."""
    known = script.cast()
    applicants = [_taken_over(one) if one.key == HERS else one for one in known.applicants]
    jurors = [replace(one, email=f"jury{place}@pokaz.example") for place, one in enumerate(known.jurors, 1)]
    return Cast(tuple(applicants), tuple(jurors), **OFFICE)


def _taken_over(applicant: Applicant) -> Applicant:
    """Put the show's librarian into the place of those who wrote an application."""
    answers = {**applicant.answers, "a9_contact": APPLICANT["name"], "a9_email": APPLICANT["email"]}
    return replace(applicant, editor=APPLICANT, signatory=APPLICANT, answers=answers)


def _opened(stage: Stage, command: Command, before: Played, source: str, slug: str) -> Office:
    """Load the next round and give the people of the one before their places in it."""
    stage.at("2027-01-08", "09:00")
    known, everybody = before.office, before.cast
    office.loads_round(known.coordinator, source)
    for role in ("coordinator", "chair", "approver", "auditor"):
        one: Somebody = getattr(everybody, role)
        command("people", "add", one.email, "--name", one.name, "--role", role, "--round", slug)
    following = Office(slug, known.coordinator, known.chair, known.approver, known.auditor)
    office.publishes_regulations(following)
    for somebody, juror in zip(everybody.jurors, known.jurors, strict=True):
        played_round.joins_panel(stage, following, somebody, juror)
    return following


def _tries_again(stage: Stage, before: Played, following: Office) -> None:
    """Have those who got nothing send anew; the show's librarian has a draft to send and one just begun."""
    for place, key in enumerate(AGAIN):
        stage.at(f"2027-01-{14 + place}", "10:15")
        team = _anew(before.teams[key], following)
        librarians.writes(stage, team)
        librarians.sends(stage, team)
    stage.at("2027-01-28", "09:00")
    librarians.writes(stage, _anew(before.teams[HERS], following), but="i")
    hers, idea = before.teams[HERS], before.teams[script.DRAFT].applicant
    about_her = {key: answer for key, answer in hers.applicant.answers.items() if key.startswith("a")}
    second = replace(hers, applicant=replace(idea, answers={**idea.answers, **about_her}, attachments=()))
    librarians.writes(stage, _anew(second, following), but="c")


def _anew(team: Team, following: Office) -> Team:
    """Begin the next round's application of those who applied before."""
    team.editor.comes()
    again = replace(team)
    librarians.begins(again, following.slug)
    return again


def accounts(run_by: Cast) -> list[Account]:
    """List who may sign in: somebody for each role, and the whole jury."""
    known = {"applicant": APPLICANT["email"], **{role: one.email for role, one in OFFICE.items()}}
    found = [Account(role, known[role], PASSWORD) for role in ROLES]
    return [*found, *(Account("juror", juror.email, PASSWORD) for juror in run_by.jurors)]
