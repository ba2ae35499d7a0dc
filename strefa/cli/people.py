"""People on the command line: accounts, roles and invitations, the first administrator among them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from strefa import create_app
from strefa.contest.jury import actions as jury
from strefa.contest.people import actions, invitation_actions
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

INVITED = [role.value for role in invitation_actions.INVITED_ROLES]
EVERYWHERE = {Role.ADMINISTRATOR, Role.APPLICANT}
of_a_juror = [
    click.option(
        "--background", type=click.Choice(["librarian", "other"]), help="Skąd jest juror: z biblioteki czy nie."
    ),
    click.option("--voivodeship", type=click.Choice(list(VOIVODESHIPS.values())), help="Województwo jurora."),
    click.option("--affiliation", default="", help="Organizacja jurora."),
]


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
@click.argument("email")
@click.option("--name", required=True, help="Imię i nazwisko.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    callback=_role,
    required=True,
    help="Rola; administrator nie potrzebuje edycji.",
)
@click.option("--round", "slug", help="Adres edycji, w której jest ta rola.")
@click.option("--password", help="Hasło; „-” czyta je z wejścia, bez tego pytamy.")
@click.option("--link", is_flag=True, help="Zamiast hasła wypisz link, którym osoba ustawi je sama.")
@juror_options
def add(email: str, name: str, role: Role, slug: str | None, password: str | None, link: bool, **juror: str) -> None:
    """Dodaj osobę z kontem i rolą; znanej osobie dodaj rolę."""
    with create_app().app_context(), _refusals():
        round_ = _round(slug, role)
        hashed = None if link else _hashed(password, role)
        with saving():
            person = actions.add_person(email, name, hashed, role, round_.id if round_ else None, actor=None, now=now())
            if role is Role.JUROR and round_:
                jury.join_panel(round_.id, person, *_about(juror), actor=None, now=now())
            said = _link(person) if link and person.password_hash is None else person.public_id
    click.echo(said)


def _about(juror: dict[str, str]) -> tuple[str, str, str]:
    return juror["background"] or "other", juror["voivodeship"] or "", juror["affiliation"]


def _link(person: actions.Person) -> str:
    return absolute("account.password.reset", token=actions.first_password_token(person))


def _hashed(password: str | None, role: Role) -> str:
    if password == "-":
        password = sys.stdin.readline().rstrip("\r\n")
    password = password or str(click.prompt("Hasło", hide_input=True, confirmation_prompt="Jeszcze raz"))
    if blockers := actions.blockers_to_password(password, second_factor=role is not Role.APPLICANT):
        raise Refused(*blockers)
    return security.hash_password(password)


@people.command("invite")
@click.argument("email")
@click.option("--name", default="", help="Imię i nazwisko.")
@click.option("--role", type=click.Choice(INVITED), callback=_role, required=True, help="Rola w edycji.")
@click.option("--round", "slug", required=True, help="Adres edycji.")
@juror_options
def invite(email: str, name: str, role: Role, slug: str, **juror: str) -> None:
    """Zaproś osobę listem do roli w edycji."""
    with create_app().app_context(), _refusals():
        round_ = _round(slug, role)
        assert round_ is not None  # --round is required here
        with saving():
            invitation = invitation_actions.invite_to_round(
                round_, email, name, role, *_about(juror), actor=None, now=now()
            )
            public_id = invitation.public_id
    click.echo(public_id)


def _round(slug: str | None, role: Role) -> Round | None:
    if slug is None and role not in EVERYWHERE:
        raise click.UsageError(f"rola {role} jest w edycji: podaj --round")
    with reading_only():
        round_ = rounds.by_slug(slug) if slug else None
    if slug and round_ is None:
        raise click.UsageError(f"nie ma edycji „{slug}”; strefa rounds list pokaże wszystkie")
    return round_


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the rules refuse, and end with 2."""
    try:
        yield
    except Refused as refused:
        raise click.UsageError(" ".join(in_words(blocker) for blocker in refused.blockers)) from None
