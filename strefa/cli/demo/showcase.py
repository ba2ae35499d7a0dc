"""The show of `make run`: a round with dates around today, and somebody for each role of its office."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from strefa.cli import main
from strefa.cli.showing import Account
from strefa.settings import ROOT, Settings

TEMPLATE = ROOT / "strefa" / "contest" / "rounds" / "templates" / "strefa-eksperymentu.yaml"
SLUG = "strefa-eksperymentu-pokaz"
PASSWORD = "pokaz strefy dla kazdego"  # everybody may be anybody here
PEOPLE = (
    ("administrator", "administratorka@pokaz.example", "Irena Zarządna"),
    ("coordinator", "koordynatorka@pokaz.example", "Beata Terminowska"),
    ("chair", "przewodniczaca@pokaz.example", "Halina Rozważna"),
    ("approver", "zarzad@pokaz.example", "Marek Podpisowski"),
    ("auditor", "kontrola@pokaz.example", "Olga Sprawdzińska"),
    ("applicant", "biblioteka@pokaz.example", "Ala Czytelnicka"),
)
_DAY = re.compile(r"\b(2027-\d{2}-\d{2})\b")
_OPENED = datetime(2027, 1, 31, tzinfo=UTC)  # this day of the default round becomes today


def play(settings: Settings) -> list[Account]:
    """Set the show up on an empty instance through the commands that staff use; returns who may sign in."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pokaz.yaml"
        path.write_text(_around_today(TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
        _run("rounds", "load", str(path))
    for role, email, name in PEOPLE:
        place = [] if role in {"administrator", "applicant"} else ["--round", SLUG]
        _run("people", "add", email, "--name", name, "--role", role, "--password", PASSWORD, *place)
    return [Account(role, email, PASSWORD) for role, email, _name in PEOPLE]


def _around_today(source: str) -> str:
    """Move every date of the default round by the same number of days, and give it names of its own."""
    shift = datetime.now(UTC).date() - _OPENED.date()

    def moved(found: re.Match[str]) -> str:
        return str(datetime.fromisoformat(found[1]).date() + timedelta(days=shift.days))

    source = _DAY.sub(moved, source)
    return source.replace("slug: strefa-eksperymentu-2027", f"slug: {SLUG}").replace("SE-2027", "SE-POKAZ")


def _run(*words: str) -> None:
    result = CliRunner().invoke(main, list(words))
    if result.exit_code:
        raise RuntimeError(f"strefa {' '.join(words[:2])}: {result.output}")
