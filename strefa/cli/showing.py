"""The show that `make run` starts: played once into an empty database, then only opened again.

Whether a show stands is told by the journal, which says when playing it began and ended. Anybody can sign up under
any address, so addresses alone say nothing: a show from before journals spoke of it is known by people of its cast
who were confirmed and given roles, which no stranger can give himself.
"""

import json
from datetime import UTC, datetime
from enum import Enum, auto
from typing import NamedTuple

import click
from sqlalchemy import Connection, inspect, text

from strefa.cli import instance, playing
from strefa.rules.policy import Role
from strefa.settings import Settings

ACCOUNTS = "demo_accounts.json"  # the printed accounts, for scripts
UNFINISHED = "demo_unfinished"  # left by shows that were interrupted before journals told of it
BEGUN, ENDED = "begin_show", "finish_show"  # the journal's verbs
REVISION = "alembic_version"  # the table that no model describes
OURS = "@pokaz.example"  # addresses of those whom the show lets anybody be
SEVERAL = 2  # of the cast, confirmed and with roles: one may be somebody's try
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
    people = list(connection.scalars(text("SELECT email FROM people")))
    if not people:
        return Found.NOTHING
    told = _told_of(connection)
    if ENDED in told or (not told and _listed_before(settings) and _cast_stands(connection)):
        return Found.SHOW
    begun = BEGUN in told or (settings.instance_dir / UNFINISHED).exists()
    return Found.PART if begun and all(email.endswith(NOBODYS) for email in people) else Found.PEOPLE


def _told_of(connection: Connection) -> set[str]:
    """Return what the journal says of a show: that playing it began, that it ended."""
    verbs = text("SELECT verb FROM journal WHERE verb IN (:begun, :ended)")
    return set(connection.scalars(verbs, {"begun": BEGUN, "ended": ENDED}))


def _listed_before(settings: Settings) -> bool:
    """Tell whether a show whose journal does not speak of it was played to its end beside this folder."""
    folder = settings.instance_dir
    return (folder / ACCOUNTS).exists() and not (folder / UNFINISHED).exists()


def _cast_stands(connection: Connection) -> bool:
    """Tell whether several of the cast can sign in and hold what only a letter or staff could give them."""
    trusted = text(
        "SELECT email FROM people WHERE email LIKE :ours AND email_confirmed_at IS NOT NULL "
        "AND password_hash IS NOT NULL "
        "AND (is_administrator OR id IN (SELECT person_id FROM round_roles))"
    )
    found = set(connection.scalars(trusted, {"ours": f"%{OURS}"}))
    if len(found) < SEVERAL:
        return False
    from strefa.cli.demo import showcase  # the whole application: instances without such people never need it

    return len(found & {account.email for account in showcase.accounts(showcase.cast())}) >= SEVERAL


def holds_show(settings: Settings) -> bool:
    """Tell whether somebody in this database has a password that everybody knows."""
    with instance.answering(), instance.connecting(settings.database_address) as engine, engine.connect() as connection:
        return bool(_told_of(connection)) or _cast_stands(connection)


def accounts(settings: Settings, held: Found) -> list[Account]:
    """Return one sign-in for each role; the show is played first when there is none, or only a part of one."""
    from strefa.cli.demo import showcase, stopping  # plays through the real pages: the whole application
    from strefa.cli.demo.stage import StepFailed

    if held is Found.PART:
        click.echo("Poprzednie rozgrywanie rundy pokazowej zostało przerwane. Zaczynam od nowa.", err=True)
        _emptied(settings)
        instance.prepare(settings)
    if held is not Found.SHOW:
        click.echo("Rozgrywam rundę pokazową, tylko za pierwszym razem. To potrwa około dwóch minut.", err=True)
        _told(BEGUN)
        try:
            with stopping.heard():
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
    """Take away the tables of a show that was interrupted, and nothing that others keep in the same database.

    Raises:
        Refusal: this is no interrupted show, or others' tables refer to its tables.
    """
    from strefa.infra.database import Base

    with instance.answering(), instance.connecting(settings.database_address) as engine, engine.begin() as connection:
        if _found(connection, settings) is not Found.PART:
            raise instance.Refusal(
                f"W bazie {instance.shown(settings)} nie ma przerwanego pokazu, więc niczego z niej nie usuwam.\n"
                "Wskaż pustą instancję przez INSTANCE_DIR (i DATABASE_URL)."
            )
        ours = {*Base.metadata.tables, REVISION}
        if others := _leaning_on(connection, ours):
            raise instance.Refusal(
                f"Tabele spoza Strefy odwołują się do jej tabel: {', '.join(others)}. Niczego nie usuwam.\n"
                "Wskaż pustą instancję przez INSTANCE_DIR (i DATABASE_URL)."
            )
        Base.metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {REVISION}"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP FUNCTION IF EXISTS refuse_to_change_journal()"))


def _leaning_on(connection: Connection, ours: set[str]) -> list[str]:
    """Name the tables of others that refer to ours: without ours they would break."""
    looked = inspect(connection)
    return [
        name
        for name in sorted(set(looked.get_table_names()) - ours)
        if any(key["referred_table"] in ours for key in looked.get_foreign_keys(name))
    ]


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
