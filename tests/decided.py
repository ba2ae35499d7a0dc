"""A round that the jury has decided: twelve applications, two cards each and a third where two differed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from strefa.contest.applications import queries as application_queries
from strefa.contest.applications.models import Application
from strefa.contest.decisions import actions as decisions
from strefa.contest.decisions import queries as decision_queries
from strefa.contest.decisions.models import Proposal
from strefa.contest.jury.models import Assignment, AssignmentKind
from strefa.contest.people.models import Person
from strefa.contest.rounds.models import Round
from strefa.contest.screening.models import FormalCheck, FormalVerdict
from strefa.infra.database import db
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import snapshot, world

MEETING = world.NOON + timedelta(days=37)

PLACES = [
    ("Miejska Biblioteka Publiczna w Łomży", "podlaskie", "Łomża", "Biblioteka nocnych marków"),
    ("Gminna Biblioteka Publiczna w Żabnie", "małopolskie", "Żabno", "Ucieczka z regału: gra o lokalnej historii"),
    ("Biblioteka Pedagogiczna w Gdyni", "pomorskie", "Gdynia", "Zażółć gęślą jaźń: klub głośnego czytania po śląsku"),
    ("Fundacja „Zaczytani”", "mazowieckie", "Radom", "Wypożyczalnia czasu"),
    ("Gminna Biblioteka w Świerzawie", "dolnośląskie", "Świerzawa", "Podcast z przystanku"),
    ("Miejska Biblioteka w Ząbkach", "mazowieckie", "Ząbki", "Ogród sąsiedzki na dachu czytelni"),
    ("Biblioteka w Ćmielowie", "świętokrzyskie", "Ćmielów", "Porcelana mówi: archiwum rodzinnych zastaw"),
    ("Biblioteka Publiczna w Żarach", "lubuskie", "Żary", "Licznik odwiedzin, który opowiada"),
    ("Gminna Biblioteka w Łękach", "łódzkie", "Łęki", "Non-konferencja o tym, czego nie wolno w bibliotece"),
    ("Miejska Biblioteka w Śremie", "wielkopolskie", "Śrem", "Czytanie na wodzie"),
    ("Gminna Biblioteka w Dąbiu", "zachodniopomorskie", "Dąbie", "Kasety z szuflady"),
    ("Biblioteka w Raciążu", "mazowieckie", "Raciąż", "Rodzinne słuchowisko o zmierzchu"),
]
MARKS = [
    ("5 5 4.5 4 4.5 4 4", "5 4.5 5 4 4.5 4 5"),
    ("4.5 4 4 4 4 4 4", "4 4 4.5 4 4 3.5 4"),
    ("4 4 4 4 4 4 4", "4 4 4 4 4 4 4"),
    ("4 4 4 4 4 4 4", "4 4 4 4 4 4 4"),
    ("3.5 4 4 3.5 4 4 4", "4 3 4 3.5 3.5 4 4"),
    ("5 5 5 5 5 4.5 5", "2.5 3 3 2.5 3 3 3", "4 4 3.5 3.5 4 4 4"),
    ("3 3.5 3.5 3 3.5 4 4", "3.5 3.5 3 3 3.5 3.5 4"),
    ("3 3 3 3 3 3.5 3", "3 3 3.5 3 3 3 3"),
    ("2 2.5 3 2 2.5 3 3", "2 3 2.5 2 2 3 3"),
    ("3.5 3.5 3.5 4 3 3 3", "3.5 3 3.5 4 3 3.5 3"),
]


@dataclass(frozen=True)
class Decided:
    """What a decided round is made of."""

    round: Round
    applications: list[Application]
    jurors: list[Person]
    coordinator: Person
    approver: Person
    proposal: Proposal


def a_decided_round(*, published: bool = True) -> Decided:
    """Play a small round to its decisions; ten applications are ranked, one failed formally, one was withdrawn.

    It takes half a second, so in an untouched world the rows of the first one are stored again.
    """
    if not snapshot.nothing_is_stored():
        return _play(published)
    if published not in _played:
        made = _play(published)
        _played[published] = snapshot.taken(), _ids(made)
        return made
    rows, ids = _played[published]
    snapshot.restore(rows)
    return _loaded(*ids)


_Ids = tuple[int, list[int], list[int], int, int, str]
_played: dict[bool, tuple[snapshot.Snapshot, _Ids]] = {}


def _ids(made: Decided) -> _Ids:
    applications, jurors = [one.id for one in made.applications], [one.id for one in made.jurors]
    return made.round.id, applications, jurors, made.coordinator.id, made.approver.id, made.proposal.public_id


def _loaded(
    round_: int, applications: list[int], jurors: list[int], coordinator: int, approver: int, proposal: str
) -> Decided:
    """Return what was stored again, with the same of it loaded as when it was played."""
    found = decision_queries.by_public_id(proposal)
    assert found is not None
    for decision in found.decisions:
        set_committed_value(decision, "proposal", found)
    return Decided(
        db.session.get_one(Round, round_),
        [_whole(one) for one in applications],
        [db.session.get_one(Person, one) for one in jurors],
        db.session.get_one(Person, coordinator),
        db.session.get_one(Person, approver),
        found,
    )


def _whole(application_id: int) -> Application:
    found = application_queries.by_id(application_id)
    assert found is not None
    return found


def _play(published: bool) -> Decided:
    round_ = world.a_round(pool=3_400_000)
    coordinator = world.a_person(Role.COORDINATOR, name="Łucja Ćwik")
    approver = world.a_person(Role.APPROVER, name="Żaneta Śliwa")
    jurors = [
        world.a_juror("librarian" if number % 2 else "other", name=name, voivodeship=voivodeship)
        for number, (name, voivodeship) in enumerate(
            [
                ("Zofia Żuk", "mazowieckie"),
                ("Adam Łoś", "śląskie"),
                ("Ewa Dąb", "opolskie"),
                ("Jan Ćma", "lubelskie"),
                ("Ola Świerk", "pomorskie"),
                ("Iga Źrebak", "podkarpackie"),
            ]
        )
    ]
    applications = [_an_application(number, *place) for number, place in enumerate(PLACES)]
    _assessed(applications[:10], jurors)
    _failed(applications[10], coordinator)
    proposal = decisions.propose(round_, actor=coordinator, now=MEETING)
    if published:
        decisions.approve(proposal, actor=approver, now=MEETING + timedelta(days=1))
        decisions.publish(round_, proposal, actor=coordinator, now=MEETING + timedelta(days=5))
    db.session.commit()
    return Decided(round_, applications, jurors, coordinator, approver, proposal)


def _an_application(number: int, name: str, voivodeship: str, town: str, title: str) -> Application:
    statuses = {10: Status.INELIGIBLE, 11: Status.WITHDRAWN}
    author = world.a_person(name=f"Autorka {number}")
    library = world.an_organisation(
        author, name=name, voivodeship=voivodeship, town=town, street="ul. Łąkowa 3", postal_code="21-512",
        population=4000 + 3700 * number, teryt=f"{2 + number % 15 * 2:02}01012",
    )  # fmt: skip
    columns: dict[str, Any] = {"title": title, "ask": 500_000 + 12_345 * number, "voivodeship": voivodeship}
    if number == 3:
        columns |= {"category": "ngo"}
    if number == 6:
        columns |= {"accepts_from": 300_000}
    return world.an_application(
        statuses.get(number, Status.ELIGIBLE), by=author, organisation=library, population=library.population, **columns
    )


def _assessed(applications: list[Application], jurors: list[Person]) -> None:
    for number, (application, cards) in enumerate(zip(applications, MARKS, strict=True)):
        for place, marks in enumerate(cards):
            assignment = world.an_assignment(application, jurors[(number + place) % len(jurors)])
            assignment.kind = AssignmentKind.THIRD if place == 2 else AssignmentKind.FIRST
            world.a_card(assignment, marks.split())
    recused = world.an_assignment(applications[0], jurors[4], declared=False)
    recused.ended_at, recused.ended_because = world.NOON + timedelta(days=20), "recusal"
    db.session.commit()


def _failed(application: Application, actor: Person) -> None:
    for key in [f"F{number}" for number in range(1, 13)]:
        failed = key == "F4"
        db.session.add(
            FormalVerdict(
                application_id=application.id, criterion=key, passed=not failed,
                reason="branch" if failed else "", note="Wniosek podpisała kierowniczka filii." if failed else "",
                decided_at=world.NOON, decided_by_id=actor.id,
            )
        )  # fmt: skip
    db.session.add(
        FormalCheck(
            application_id=application.id, passed=False, decided_at=world.NOON + timedelta(days=14),
            decided_by_id=actor.id,
        )
    )  # fmt: skip
    db.session.commit()


def open_assignments(application: Application) -> list[Assignment]:
    """List the assignments of an application that stand."""
    return db.session.query(Assignment).filter_by(application_id=application.id, ended_at=None).all()
