"""The instance that a command works on: its settings, its database, and why it cannot be used."""

import errno
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from pydantic import ValidationError
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from strefa.infra import private
from strefa.settings import Settings, load, read

_SAID = {
    "int_parsing": "ma być liczbą całkowitą",
    "bool_parsing": "ma być 1 albo 0",
    "greater_than_equal": "ma wynosić co najmniej {ge}",
    "less_than_equal": "ma wynosić co najwyżej {le}",
    "literal_error": "ma być jednym z: {expected}",
    "value_error": "{error}",
}


_REASONS = {
    errno.EACCES: "brakuje uprawnień",
    errno.EADDRINUSE: "port jest zajęty",
    errno.EADDRNOTAVAIL: "ten komputer nie ma takiego adresu",
    errno.EEXIST: "jest tam plik, a ma być folder",
    errno.ENOENT: "nie ma takiego miejsca",
    errno.ENOSPC: "brakuje miejsca na dysku",
    errno.ENOTDIR: "po drodze jest plik, a nie folder",
    errno.EPERM: "brakuje uprawnień",
    errno.EROFS: "ten dysk jest tylko do odczytu",
    socket.EAI_NONAME: "nie ma komputera o takiej nazwie",
}


def reason(problem: OSError) -> str:
    """Say why the system refused, in Polish; what it rarely says stays as it is."""
    return _REASONS.get(problem.errno or 0, problem.strerror or type(problem).__name__)


class Refusal(click.ClickException):
    """The command cannot do this; the sentence says why and what to do. It ends with 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


def settings(*, begin: bool = False) -> Settings:
    """Read the settings of the instance that INSTANCE_DIR names.

    Args:
        begin: make its folder and draw its key where there are none yet.

    Raises:
        Refusal: with one line for each setting that does not fit; or the folder cannot be made.
    """
    try:
        found = read()
        if begin:
            with private.writing():
                _make_room(found)
                return load()
        return found
    except ValidationError as problem:
        raise Refusal("\n".join(["Ustawienia się nie zgadzają:", *map(_told, problem.errors())])) from None


def _told(error: Any) -> str:
    name = ".".join(map(str, error["loc"])).upper()
    sentence = _SAID.get(error["type"])
    said = sentence.format(**error.get("ctx", {})).replace(" or ", " albo ") if sentence else error["msg"]
    return f"  {name} {said}" if name else f"  {said}"


@contextmanager
def opened(*, writing: bool = False) -> Iterator[Settings]:
    """Open the instance for the block, inside the application's context.

    Args:
        writing: bring the database up to date first, and begin one where there is none; a command
            that only reads begins nothing, not even the instance's own key: it signs nothing.

    Raises:
        Refusal: the settings do not fit, the database does not answer, or there is none to read.
    """
    found = settings(begin=writing)
    if writing:
        prepare(found)
    else:
        refuse_unfit(found)
    from strefa import create_app  # half a second that a refusal need not wait for

    secret = {} if writing else {"secret_key": found.secret or secrets.token_hex()}
    with private.writing(), answering(), create_app(**secret).app_context():
        yield found


def prepare(settings: Settings) -> bool:
    """Bring the database to the newest revision; several machines that start at once take turns.

    Returns:
        whether anybody has an account already.

    Raises:
        Refusal: the database does not answer.
    """
    from alembic.util.exc import CommandError  # as above

    from strefa.infra import database, migrations

    private.tighten(settings)
    with private.writing(), answering(), connecting(settings.database_address) as engine:
        database.prepare(engine)
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('strefa migrations'))")
            try:
                migrations.upgrade(connection)
            except CommandError:
                raise Refusal(
                    f"Baza {shown(settings)} pochodzi z nowszej wersji Strefy. Zaktualizuj program."
                ) from None
            return connection.scalar(text("SELECT 1 FROM people LIMIT 1")) is not None


def refuse_unfit(settings: Settings) -> None:
    """Refuse to read where Strefa has never been, or where another version of it was: a reader begins nothing.

    Raises:
        Refusal: there is no database here, or not of this version; or it does not answer.
    """
    from strefa.infra import migrations  # as above

    url = make_url(settings.database_address)
    if url.get_backend_name() != "sqlite" or Path(url.database or "").exists():
        with answering(), connecting(url) as engine, engine.connect() as connection:
            if migrations.is_newest(connection):
                return
            if inspect(connection).has_table("alembic_version"):
                raise Refusal(f"Baza {shown(settings)} jest z innej wersji Strefy. Dostosuje ją: strefa serve")
    raise Refusal(
        f"Nie ma tu jeszcze Strefy: {shown(settings)}.\nSprawdź INSTANCE_DIR i DATABASE_URL. "
        "Nową instancję zaczynają: strefa serve, strefa rounds load, strefa people add"
    )


def shown(settings: Settings) -> str:
    """Return the address of an instance's database for people to read: without its password."""
    return make_url(settings.database_address).render_as_string()


@contextmanager
def connecting(address: str | URL) -> Iterator[Engine]:
    """Open an engine for the block and let go of its connections."""
    engine = create_engine(address)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def answering() -> Iterator[None]:
    """Say in one sentence that the database does not answer."""
    try:
        yield
    except OperationalError as problem:
        words = str(problem.orig).strip().splitlines()[0]
        raise Refusal(f"Baza danych nie odpowiada: {words}\nSprawdź INSTANCE_DIR i DATABASE_URL.") from problem
    except SQLAlchemyError as problem:
        if "file is not a database" not in str(problem):
            raise
        raise Refusal("To nie jest baza danych Strefy. Sprawdź INSTANCE_DIR i DATABASE_URL.") from problem


def _make_room(settings: Settings) -> None:
    try:
        settings.instance_dir.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Refusal(
            f"Nie da się założyć folderu {settings.instance_dir} ({reason(problem)}).\nWskaż inny przez INSTANCE_DIR."
        ) from problem
