"""The show that `make run` starts: played once into an empty instance, then only opened again."""

import json
import shutil
from typing import NamedTuple

import click

from strefa.cli import playing
from strefa.settings import Settings

ACCOUNTS = "demo_accounts.json"  # written when the whole show stands
UNFINISHED = "demo_unfinished"  # stands while the show is being played


class Account(NamedTuple):
    """Somebody whom the show lets anybody be."""

    role: str
    email: str
    password: str


def stands(settings: Settings) -> bool:
    """Tell whether this instance holds a whole show."""
    return (settings.instance_dir / ACCOUNTS).exists()


def accounts(settings: Settings) -> list[Account]:
    """Return one sign-in for each role; the show is played first when this instance has none yet."""
    if not stands(settings):
        _play(settings)
    kept = json.loads((settings.instance_dir / ACCOUNTS).read_text(encoding="utf-8"))
    return [Account(**account) for account in kept]


def lines(shown: list[Account]) -> list[str]:
    """Write accounts as a table for the terminal."""
    wide = [max(len(account[column]) for account in shown) for column in range(2)]
    return [f"  {account.role:<{wide[0]}}  {account.email:<{wide[1]}}  {account.password}" for account in shown]


def _play(settings: Settings) -> None:
    from strefa.cli.demo import showcase  # plays through the real pages: the whole application

    mark = settings.instance_dir / UNFINISHED
    mark.touch()
    click.echo("Rozgrywam rundę pokazową, tylko za pierwszym razem. To potrwa około dwóch minut.", err=True)
    told = playing.Teller(showcase.STEPS)
    played = [account._asdict() for account in showcase.play(playing.run, playing.TEMPLATE, told)]
    incoming = settings.instance_dir / (ACCOUNTS + ".new")
    incoming.write_text(json.dumps(played, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    incoming.replace(settings.instance_dir / ACCOUNTS)
    mark.unlink()


def sweep(settings: Settings) -> None:
    """Take away a show that was interrupted while it was being played; nobody else's data is touched."""
    if not (settings.instance_dir / UNFINISHED).exists() or settings.database_url:
        return
    for path in settings.instance_dir.glob("strefa.sqlite*"):
        path.unlink()
    for folder in ("files", "mail"):
        shutil.rmtree(settings.instance_dir / folder, ignore_errors=True)
