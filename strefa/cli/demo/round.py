"""A whole round, from its file to the promotion from the reserve list, as people play it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from strefa.cli.demo import jurors, librarians, office, script
from strefa.cli.demo.jurors import Jury
from strefa.cli.demo.librarians import Team
from strefa.cli.demo.office import Office
from strefa.cli.demo.person import Person
from strefa.cli.demo.press import Press
from strefa.cli.demo.script import Cast, Somebody
from strefa.cli.demo.stage import Stage

Command = Callable[..., str]
"""Runs `strefa` with these words on the same instance; returns what it said."""

PRINTERS = 2
PASSWORD = "pokaz strefy dla kazdego"  # everybody may be anybody here
_DAY = re.compile(r"\b(2027-\d{2}-\d{2})\b")

DOWN = (
    "Awaria sieci u dostawcy: strony Strefy nie otwierały się wcale albo dopiero po kilku minutach.",
    "A network failure at our provider: the pages of Strefa did not open at all, or only after minutes.",
)
EXTENDED_BECAUSE = (
    "Awaria trwała w ostatniej godzinie naboru; każdy ma na złożenie wniosku cały następny dzień roboczy.",
    "The failure fell in the last hour of the call; everybody has the whole next working day to send.",
)
WITHDRAWN_BECAUSE = (
    "Biblioteka partnerska rozpoczyna w czerwcu remont sali i nie mogłaby przyjąć pokazów; wrócimy za rok."
)
NOT_A_LIBRARY = (
    "F4",
    "not_a_library",
    "Ośrodek kultury nie prowadzi biblioteki i nie wskazał biblioteki jako partnera, a w tej edycji jest to warunek.",
)
NOT_COMPLETE = (
    "e1_team",
    "F3",
    "Nie wiadomo, kto pełni dyżury, gdy studenci mają sesję egzaminacyjną: prosimy dopisać zastępstwo.",
)
ADDED = "W czasie sesji dyżury studentów przejmują dyrektorka i Klub czytelniczy „Na bocznicy”."
RELATED = ("work", "Płatne szkolenie dla zespołu tej biblioteki, prowadzone w zeszłym roku.")
RESIGNED_BECAUSE = (
    "Gmina przenosi bibliotekę do innego budynku i przez cały czas eksperymentu czytelnia będzie zamknięta."
)


class Sending(NamedTuple):
    """When one application is sent."""

    day: str
    hour: str


# As in life: a few come early, most on the last two days, some in the last hour.
SENDINGS = tuple(
    Sending(f"2027-02-{day:02}", hour)
    for day, hour in (
        (1, "11:20:00"), (2, "16:05:00"), (3, "12:40:00"), (3, "18:30:00"), (4, "09:55:00"), (4, "13:45:00"),
        (4, "20:20:00"), (5, "10:15:00"), (5, "14:10:00"), (10, "08:50:00"), (10, "11:30:00"), (10, "14:10:00"),
        (10, "17:05:00"), (10, "21:15:00"), (11, "08:30:00"), (11, "09:40:00"), (11, "10:50:00"), (11, "11:55:00"),
        (11, "12:50:00"), (11, "13:35:00"), (11, "14:10:00"), (12, "09:20:00"),
    )
)  # fmt: skip
EARLY = 9  # so many send in the first week; the rest write in the days after it
HOURS = ("09:30", "12:15", "15:00", "18:40")


@dataclass
class Played:
    """What came of a played round: who ran it, who took part, and who applied, in the order in which they came."""

    office: Office
    cast: Cast
    teams: dict[str, Team] = field(default_factory=dict[str, Team])

    @property
    def numbers(self) -> dict[str, str]:
        """Numbers of what was sent, by the key of the application."""
        return {key: team.number for key, team in self.teams.items() if team.number}


def play(stage: Stage, command: Command, cast: Cast, source: str, slug: str) -> Played:
    """Play the round whose template is `source`, with all that the script says; its papers are ready at the end."""
    stage.copier.ahead(file for applicant in cast.applicants for file in applicant.attachments)
    with stage.step("Biuro wczytuje edycję i zaprasza ludzi"):
        stage.at("2026-12-14", "09:00")
        played = Played(begins(stage, command, cast, moved(source, stage.days), slug), cast)
        stage.later(minutes=20)
        office.publishes_regulations(played.office)
    with stage.step("Jury przyjmuje zaproszenia"):
        stage.at("2027-01-12", "10:00")
        for somebody in cast.jurors:
            joins_panel(stage, played.office, somebody)
    _gathering(stage, played)
    with Press(stage.app, PRINTERS) as press:
        _call(stage, played)
        _screening(stage, played)
        _scoring(stage, played)
        _decisions(stage, played, press)
    return played


def moved(source: str, days: int) -> str:
    """Return the default round's file with all its dates moved by so many days."""
    return _DAY.sub(lambda found: str(date.fromisoformat(found[1]) + timedelta(days=days)), source)


def begins(stage: Stage, command: Command, cast: Cast, source: str, slug: str) -> Office:
    """Begin with an administrator from the command line; she loads the round, the others are invited by letter."""
    one = cast.administrator
    administrator = Person(stage, one.name, one.email, PASSWORD)
    command("people", "add", one.email, "--name", one.name, "--role", "administrator", "--password", PASSWORD)
    stage.later(minutes=10)
    office.loads_round(administrator, source)
    stage.later(minutes=10)
    coordinator = _invited(stage, command, "coordinator", slug, cast.coordinator)
    chair = _invited(stage, command, "chair", slug, cast.chair)
    approver = _invited(stage, command, "approver", slug, cast.approver)
    return Office(slug, coordinator, chair, approver, _invited(stage, command, "auditor", slug, cast.auditor))


def _invited(stage: Stage, command: Command, role: str, slug: str, somebody: Somebody) -> Person:
    person = Person(stage, somebody.name, somebody.email, PASSWORD)
    command("people", "invite", somebody.email, "--name", somebody.name, "--role", role, "--round", slug)
    stage.later(minutes=15)
    person.accepts_invitation()
    return person


def joins_panel(stage: Stage, run_by: Office, one: Somebody, known: Person | None = None) -> None:
    """Have the office invite a juror, who accepts; somebody known signs in to do so."""
    office.invites_juror(run_by, one.name, one.email, one.background, one.voivodeship, one.organisation)
    stage.later(minutes=30)
    juror = known.comes() if known else Person(stage, one.name, one.email, PASSWORD)
    juror.accepts_invitation()
    run_by.jurors.append(juror)


def _gathering(stage: Stage, played: Played) -> None:
    order = list(played.cast.applicants)
    Random(stage.seed).shuffle(order)  # in the order of the files the best would all have come first
    order.sort(key=lambda applicant: applicant.key in (script.DRAFT, script.LATE))  # who never sends is not early
    with stage.step("Biblioteki zakładają konta, pierwsze piszą wnioski"):
        for place, applicant in enumerate(order):
            stage.at(f"2027-01-{18 + place // 8}", f"{9 + place % 8:02}:05")
            played.teams[applicant.key] = team = librarians.gathers(stage, applicant, PASSWORD, played.office.slug)
            if place < EARLY:
                librarians.writes(stage, team)


def _call(stage: Stage, played: Played) -> None:
    teams = list(played.teams.values())
    in_time = [team for team in teams if team.applicant.key not in (script.DRAFT, script.LATE)]
    with stage.step("Pierwsze biblioteki składają wnioski"):
        _sending(stage, in_time[:EARLY], SENDINGS[:EARLY])
    with stage.step("Pozostałe biblioteki piszą wnioski"):
        for place, team in enumerate(teams[EARLY:]):
            stage.at(f"2027-02-{6 + place // len(HOURS):02}", HOURS[place % len(HOURS)])
            librarians.writes(stage, team)
    with stage.step("Pozostałe biblioteki składają wnioski"):
        _sending(stage, in_time[EARLY:-1], SENDINGS[EARLY:-1])
    with stage.step("Awaria przed końcem naboru: biuro przedłuża go o dzień"):
        _outage(stage, played.office)
        _sending(stage, in_time[-1:], SENDINGS[-1:])
    with stage.step("Ktoś wycofuje wniosek, a ktoś spóźnia się o siedem sekund"):
        stage.at("2027-02-12", "14:52:00")
        librarians.withdraws(played.teams[script.WITHDRAWN], WITHDRAWN_BECAUSE)
        stage.at("2027-02-12", "15:00:07")
        librarians.comes_too_late(played.teams[script.LATE])


def _outage(stage: Stage, run_by: Office) -> None:
    """Have the office log an outage while it lasts, move the close, and add its end when it is over."""
    starts, ends, until = (
        script.moved(moment, stage.days) for moment in ("2027-02-11 14:20", "2027-02-11 15:05", "2027-02-12 15:00")
    )
    stage.at("2027-02-11", "14:41:00")
    office.logs_outage(run_by, starts, "", DOWN)
    stage.later(minutes=5)
    office.extends_call(run_by, until, EXTENDED_BECAUSE)
    stage.at("2027-02-11", "15:09:00")
    office.logs_outage(run_by, starts, ends, DOWN)


def _sending(stage: Stage, teams: Sequence[Team], sendings: Sequence[Sending]) -> None:
    for team, (day, hour) in zip(teams, sendings, strict=True):
        stage.at(day, hour)
        librarians.sends(stage, team)
        if team.applicant.key == script.CORRECTED:
            stage.later(minutes=5)
            librarians.corrects(stage, team)


def _screening(stage: Stage, played: Played) -> None:
    with stage.step("Biuro sprawdza wnioski formalnie, jeden każe uzupełnić"):
        stage.at("2027-02-15", "08:00")
        office.asks_to_mend(played.office, played.numbers[script.MENDED], *NOT_COMPLETE)
        office.checks_formally(played.office, {played.numbers[script.FAILED]: NOT_A_LIBRARY})
        stage.at("2027-02-17", "16:20")
        librarians.mends(stage, played.teams[script.MENDED], "e", NOT_COMPLETE[0], ADDED)
        stage.at("2027-02-18", "09:15")
        office.checks_formally(played.office, {}, "corrected")
        stage.at("2027-02-19", "12:00")
        office.publishes_formal_list(played.office)
    with stage.step("Biuro przydziela wnioski jury"):
        stage.at("2027-03-01", "10:00")
        office.assigns(played.office, stage.seed)


def _scoring(stage: Stage, played: Played) -> None:
    jury = Jury(
        {number: played.teams[key].applicant for key, number in played.numbers.items()},
        {somebody.email: somebody.background for somebody in played.cast.jurors},
        (played.numbers[script.RECUSED], *RELATED),
    )
    with stage.step("Jury ocenia"):
        for day, juror in zip(("03", "05", "09", "11", "15", "17"), played.office.jurors, strict=True):
            stage.at(f"2027-03-{day}", "09:00")
            jurors.works_through(jury, juror, thirds=False)
        stage.at("2027-03-19", "09:00")
        for juror in played.office.jurors:  # who took over from somebody recused
            jurors.works_through(jury, juror, thirds=False)
    with stage.step("Trzecia osoba ocenia tam, gdzie dwie się rozeszły"):
        stage.at("2027-03-23", "09:00")
        for juror in played.office.jurors:
            jurors.works_through(jury, juror, thirds=True)


def _decisions(stage: Stage, played: Played, press: Press) -> None:
    with press.held():
        with stage.step("Komisja obraduje, biuro proponuje decyzje"):
            stage.at("2027-04-06", "13:30")
            office.proposes(played.office)
        with stage.step("Fundacja zatwierdza, biuro ogłasza"):
            stage.at("2027-04-08", "16:10")
            office.approves(played.office)
            stage.at("2027-04-09", "12:00")
            office.publishes(played.office)
    with (
        stage.step("Drukują się karty i pisma; ktoś rezygnuje, dotację dostaje następny z rezerwy"),
        press.held(),  # letters are on their way long before anybody gives a grant back
    ):
        stage.at("2027-04-20", "10:20")
        office.notes_resignation(played.office, played.numbers[script.RESIGNS], RESIGNED_BECAUSE)
        stage.later(minutes=15)
        office.promotes(played.office)
    with stage.step("Drukują się ostatnie papiery"):
        press.settle()
