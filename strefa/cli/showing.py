"""The show that `make run` starts: played once into an empty database, then only opened again.

Whether a show stands is asked of the database alone: its journal says when playing it began and ended, and its
people have addresses under a name that nobody can own.
"""

import json
from datetime import UTC, datetime
from enum import Enum, auto
from typing import NamedTuple

import click
from sqlalchemy import Connection, MetaData, text

from strefa.cli import instance, playing
from strefa.rules.policy import Role
from strefa.settings import Settings

ACCOUNTS = "demo_accounts.json"  # the printed accounts, for scripts
UNFINISHED = "demo_unfinished"  # left by shows that were interrupted before journals told of it
BEGUN, ENDED = "begin_show", "finish_show"  # the journal's verbs
OURS = "@pokaz.example"  # addresses of those whom the show lets anybody be
NOBODYS = ".example"  # no address that ends so can be anybody's


class Found(Enum):
    """What a database holds."""

    NOTHING = auto()
    PEOPLE = auto()  # people who are no show, or a show beside which people have come
    PART = auto()  # a show that was interrupted while it was being played
    SHOW = auto()


class Account(NamedTuple):
    """Somebody whom the show lets anybody be."""

    role: str
    email: str
    password: str


def found(settings: Settings) -> Found:
    """Tell what the database of an instance holds; it is up to date."""
    with instance.answering(), instance.connecting(settings.database_address) as engine, engine.connect() as connection:
        return _found(connection, settings)


def _found(connection: Connection, settings: Settings) -> Found:
    verbs = text("SELECT verb FROM journal WHERE verb IN (:begun, :ended)")
    told = set(connection.scalars(verbs, {"begun": BEGUN, "ended": ENDED}))
    people = list(connection.scalars(text("SELECT email FROM people")))
    if not people:
        return Found.NOTHING
    if not told and not any(email.endswith(OURS) for email in people):
        return Found.PEOPLE
    if ENDED in told or (not told and _listed_before(settings)):
        return Found.SHOW
    return Found.PART if all(email.endswith(NOBODYS) for email in people) else Found.PEOPLE


def _listed_before(settings: Settings) -> bool:
    """Tell whether a show whose journal does not speak of it was played to its end beside this folder."""
    folder = settings.instance_dir
    return (folder / ACCOUNTS).exists() and not (folder / UNFINISHED).exists()


def holds_show(settings: Settings) -> bool:
    """Tell whether somebody in this database has a password that everybody knows."""
    with instance.answering(), instance.connecting(settings.database_address) as engine, engine.connect() as connection:
        ours = text("SELECT 1 FROM people WHERE email LIKE :ours LIMIT 1")
        return connection.scalar(ours, {"ours": f"%{OURS}"}) is not None


def accounts(settings: Settings, held: Found) -> list[Account]:
    """Return one sign-in for each role; the show is played first when there is none, or only a part of one."""
    from strefa.cli.demo import showcase  # plays through the real pages: the whole application
    from strefa.cli.demo.stage import StepFailed

    if held is Found.PART:
        click.echo("Poprzednie rozgrywanie rundy pokazowej zostało przerwane. Zaczynam od nowa.", err=True)
        _emptied(settings)
        instance.prepare(settings)
    if held is not Found.SHOW:
        click.echo("Rozgrywam rundę pokazową, tylko za pierwszym razem. To potrwa około dwóch minut.", err=True)
        _told(BEGUN)
        try:
            showcase.play(playing.run, playing.TEMPLATE, playing.Teller(showcase.STEPS))
        except StepFailed as problem:
            raise click.ClickException(
                f"Runda pokazowa stanęła. {problem}\nUruchomiona znowu zacznie się od nowa."
            ) from problem
        _told(ENDED)
        (settings.instance_dir / UNFINISHED).unlink(missing_ok=True)
    shown = showcase.accounts(showcase.cast())
    _written(settings, shown)
    return shown


def _told(verb: str) -> None:
    from strefa.infra.database import saving  # as above
    from strefa.infra.journal import record

    with instance.opened(writing=True), saving():
        record(verb, "show:pokaz", actor=None, now=datetime.now(UTC))


def _emptied(settings: Settings) -> None:
    """Take away all tables of a show that was interrupted, whatever kind of database they are in."""
    with instance.answering(), instance.connecting(settings.database_address) as engine, engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP FUNCTION IF EXISTS refuse_to_change_journal()"))


def _written(settings: Settings, shown: list[Account]) -> None:
    incoming = settings.instance_dir / (ACCOUNTS + ".new")
    listed = [account._asdict() for account in shown]
    incoming.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    incoming.replace(settings.instance_dir / ACCOUNTS)


def lines(shown: list[Account]) -> list[str]:
    """Write accounts as a table for the terminal."""
    from strefa.outputs.names import named  # as above

    rows = [(named(Role(account.role)), account.email, account.password) for account in shown]
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    return [f"  {role:<{wide[0]}}  {email:<{wide[1]}}  {password}" for role, email, password in rows]
