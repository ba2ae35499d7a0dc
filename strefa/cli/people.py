"""People on the command line: accounts and roles, the first administrator among them."""

import click

from strefa import create_app
from strefa.contest.people import actions
from strefa.contest.rounds import queries as rounds
from strefa.infra import security
from strefa.infra.clock import now
from strefa.infra.database import saving
from strefa.outputs.words import in_words
from strefa.rules.policy import Role
from strefa.rules.refusal import Refused

ROLES = click.Choice([role.value for role in Role])


@click.group()
def people() -> None:
    """Ludzie: konta i role."""


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Imię i nazwisko.")
@click.option("--role", "role", type=ROLES, required=True, help="Rola; administrator nie potrzebuje edycji.")
@click.option("--round", "slug", help="Adres edycji, w której jest ta rola.")
@click.option("--password", prompt="Hasło", hide_input=True, confirmation_prompt=True, help="Hasło; bez tego pytamy.")
def add(email: str, name: str, role: str, slug: str | None, password: str) -> None:
    """Dodaj osobę z kontem i rolą; znanej osobie dodaj rolę."""
    with create_app().app_context():
        round_ = rounds.by_slug(slug) if slug else None
        if slug and round_ is None:
            raise click.UsageError(f"nie ma edycji „{slug}”; strefa rounds list pokaże wszystkie")
        chosen = Role(role)
        if round_ is None and chosen not in {Role.ADMINISTRATOR, Role.APPLICANT}:
            raise click.UsageError(f"rola {role} jest w edycji: podaj --round")
        if blockers := actions.blockers_to_password(password, second_factor=chosen is not Role.APPLICANT):
            raise click.UsageError(" ".join(in_words(blocker) for blocker in blockers))
        hashed = security.hash_password(password)
        try:
            with saving():
                person = actions.add_person(
                    email, name, hashed, chosen, round_.id if round_ else None, actor=None, now=now()
                )
                public_id = person.public_id
        except Refused as refused:
            raise click.UsageError(" ".join(in_words(blocker) for blocker in refused.blockers)) from None
    click.echo(public_id)
