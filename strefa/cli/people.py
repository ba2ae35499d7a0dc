"""People on the command line: accounts, roles and invitations, the first administrator among them."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from strefa.cli.instance import Refusal, opened
from strefa.contest.jury import actions as jury
from strefa.contest.people import actions, queries
from strefa.contest.people.invitation_actions import INVITED_ROLES, invite_to_round
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.database import reading_only, saving
from strefa.outputs.words import in_words
from strefa.outputs.writing import absolute
from strefa.rules.identifiers import VOIVODESHIPS
from strefa.rules.policy import Role
from strefa.rules.refusal import Refused

EVERYWHERE = {Role.ADMINISTRATOR, Role.APPLICANT}
MEANINGS = {
    Role.APPLICANT: "wnioskuje", Role.JUROR: "ocenia", Role.CHAIR: "przewodniczy jury",
    Role.COORDINATOR: "prowadzi edycję", Role.APPROVER: "zatwierdza decyzje", Role.AUDITOR: "kontroluje",
    Role.ADMINISTRATOR: "zakłada konta i ustawienia",
}  # fmt: skip
of_a_juror = [
    click.option(
        "--background",
        metavar="SKĄD",
        type=click.Choice(["librarian", "other"]),
        help="Przy jurorze: librarian (z biblioteki) albo other.",
    ),
    click.option(
        "--voivodeship",
        metavar="WOJEWÓDZTWO",
        type=click.Choice(list(VOIVODESHIPS.values())),
        help="Przy jurorze: jego województwo, np. śląskie.",
    ),
    click.option("--affiliation", metavar="NAZWA", default="", help="Przy jurorze: jego organizacja."),
]


def _listed(roles: Iterable[Role]) -> str:
    return ", ".join(f"{role} ({MEANINGS[role]})" for role in roles)


def _role(_context: click.Context, _option: click.Parameter, value: str) -> Role:
    return Role(value)


def juror_options(command: Any) -> Any:
    """Add what is asked about jurors."""
    for option in reversed(of_a_juror):
        command = option(command)
    return command


@click.group()
def people() -> None:
    """Ludzie: konta, role i zaproszenia."""


@people.command("add")
@click.argument("email", metavar="EMAIL")
@click.option("--name", metavar="IMIĘ", required=True, help="Imię i nazwisko.")
@click.option(
    "--role",
    metavar="ROLA",
    type=click.Choice([role.value for role in Role]),
    callback=_role,
    required=True,
    help=_listed(Role) + ".",
)
@click.option("--round", "slug", metavar="EDYCJA", help="Adres edycji; nie dla applicant i administrator.")
@click.option("--password", metavar="HASŁO", help="Hasło; „-” czyta je z wejścia, a bez tej opcji pytamy.")
@click.option("--link", is_flag=True, help="Zamiast hasła wypisz odnośnik, którym osoba ustawi je sama.")
@juror_options
def add(email: str, name: str, role: Role, slug: str | None, password: str | None, link: bool, **juror: str) -> None:
    """Dodaj osobę z kontem i rolą i wypisz jej identyfikator.

    Kto ma już konto, dostaje rolę, a hasło i imię zachowuje.
    """
    with opened(writing=True), _refusals():
        if not name.strip():
            raise Refusal("Imię i nazwisko (--name) nie może być puste.")
        round_ = _round(slug, role)
        known = _known(email)
        hashed = None if link or (known and not password) else _hashed(password, role)
        if known and hashed:
            raise Refusal(f"{email} ma już konto. Rolę doda to samo polecenie bez --password.")
        with saving():
            person = actions.add_person(email, name, hashed, role, round_.id if round_ else None, actor=None, now=now())
            if role is Role.JUROR and round_:
                jury.join_panel(round_.id, person, *_about(juror), actor=None, now=now())
            said = _link(person) if link and person.password_hash is None else person.public_id
    click.echo(said)


def _known(email: str) -> bool:
    with reading_only():
        return queries.by_email(email) is not None


def _about(juror: dict[str, str]) -> tuple[str, str, str]:
    return juror["background"] or "other", juror["voivodeship"] or "", juror["affiliation"]


def _link(person: actions.Person) -> str:
    return absolute("account.password.reset", token=actions.first_password_token(person))


def _hashed(given: str | None, role: Role) -> str:
    password = sys.stdin.readline().rstrip("\r\n") if given == "-" else _asked() if given is None else given
    if blockers := actions.blockers_to_password(password, second_factor=role is not Role.APPLICANT):
        raise Refused(*blockers)
    return security.hash_password(password)


def _asked() -> str:
    try:
        while True:  # click's own second question would say in English that the two differ
            first, again = (str(click.prompt(text, hide_input=True, err=True)) for text in ("Hasło", "Jeszcze raz"))
            if first == again:
                return first
            click.echo("Hasła się różnią. Wpisz je od nowa.", err=True)
    except click.Abort:
        raise Refusal("Nie podano hasła. Można je dać na wejściu (--password -) albo poprosić o --link.") from None


@people.command("invite")
@click.argument("email", metavar="EMAIL")
@click.option("--name", metavar="IMIĘ", default="", help="Imię i nazwisko.")
@click.option(
    "--role",
    metavar="ROLA",
    type=click.Choice([role.value for role in INVITED_ROLES]),
    callback=_role,
    required=True,
    help=_listed(INVITED_ROLES) + ".",
)
@click.option("--round", "slug", metavar="EDYCJA", required=True, help="Adres edycji.")
@juror_options
def invite(email: str, name: str, role: Role, slug: str, **juror: str) -> None:
    """Zaproś osobę listem do roli w edycji; konto założy sama."""
    with opened(writing=True), _refusals():
        round_ = _round(slug, role)
        assert round_ is not None  # --round is required here
        with saving():
            invitation = invite_to_round(round_, email, name, role, *_about(juror), actor=None, now=now())
            public_id = invitation.public_id
    click.echo(public_id)


def _round(slug: str | None, role: Role) -> Round | None:
    if slug is None and role not in EVERYWHERE:
        raise Refusal(f"Rola {role} jest w edycji: podaj --round. Edycje pokaże: strefa rounds list")
    with reading_only():
        round_ = rounds.by_slug(slug) if slug else None
    if slug and round_ is None:
        raise Refusal(f"Nie ma edycji „{slug}”. Wszystkie pokaże: strefa rounds list")
    return round_


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the rules refuse, and end with 2."""
    try:
        yield
    except Refused as refused:
        raise Refusal("\n".join(in_words(blocker) for blocker in refused.blockers)) from None
