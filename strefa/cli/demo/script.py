"""What the played round is about: the people and the applications of the data files, and who does what when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from strefa.cli.demo.visitor import Value

HERE = Path(__file__).parent
_DAY = re.compile(r"(20\d\d-\d\d-\d\d)")

DRAFT, LATE, WITHDRAWN, FAILED = "24", "23", "21", "22"
CORRECTED = "12"  # opened again before the close, mended and sent anew
MENDED = "10"  # asked to mend one answer at the formal check, and mends it in time
RECUSED = "02"  # one of its jurors knows the applicant
RESIGNS = "07"  # gives the grant back after the results


@dataclass(frozen=True)
class Card:
    """What one juror says of an application: marks and reasons in the order of the rubric."""

    marks: tuple[str, ...]
    justifications: tuple[str, ...]


@dataclass(frozen=True)
class Applicant:
    """One application with the people behind it. `key` is its file's name, such as "07".

    `accountant` fills the budget; `beginner` began it, and handed it over to the editor.
    """

    key: str
    organisation: Mapping[str, Any]
    editor: Mapping[str, str]
    signatory: Mapping[str, str]
    answers: Mapping[str, Any]
    attachments: tuple[Mapping[str, str], ...]
    cards: Mapping[str, Card] = field(default_factory=dict[str, Card])
    accountant: Mapping[str, str] | None = None
    beginner: Mapping[str, str] | None = None

    @property
    def title(self) -> str:
        return self.answers["b1_title"]


@dataclass(frozen=True)
class Somebody:
    """One of the jury or of the office, before she has an account."""

    name: str
    email: str
    organisation: str = ""
    background: str = ""
    voivodeship: str = ""


@dataclass(frozen=True)
class Cast:
    """Everybody who takes part."""

    applicants: tuple[Applicant, ...]
    jurors: tuple[Somebody, ...]
    coordinator: Somebody
    chair: Somebody
    approver: Somebody
    auditor: Somebody
    administrator: Somebody


def _read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def _applicants() -> tuple[Applicant, ...]:
    return tuple(_applicant(path) for path in sorted((HERE / "applications").glob("*.yaml")))


def _applicant(path: Path) -> Applicant:
    data = _read(path)
    cards = {
        key: Card(tuple(f"{float(mark):g}" for mark in card["marks"]), tuple(card["justifications"]))
        for key, card in data.get("cards", {}).items()
    }
    people, files = data["people"], tuple(data["attachments"])
    return Applicant(
        path.stem, data["organisation"], people["editor"], people["signatory"], data["answers"], files, cards,
        people.get("accountant"), people.get("beginner"),
    )  # fmt: skip


@cache
def cast() -> Cast:
    """Return everybody in the data files."""
    data = _read(HERE / "people.yaml")
    alone = {role: Somebody(**data[role]) for role in ("coordinator", "chair", "approver", "auditor", "administrator")}
    return Cast(_applicants(), tuple(Somebody(**juror) for juror in data["jurors"]), **alone)


def moved(value: Any, days: int) -> Any:
    """Return answers with every date in them moved by so many days."""
    match value:
        case str():
            return _DAY.sub(lambda found: str(date.fromisoformat(found[1]) + timedelta(days=days)), value)
        case dict():
            return {key: moved(part, days) for key, part in value.items()}
        case list():
            return [moved(part, days) for part in value]
        case _:
            return value


def typed(answers: Mapping[str, Any]) -> dict[str, Value]:
    """Return answers as the fields of the form's pages: `field`, `field-part`, `field-0-column`."""
    fields: dict[str, Value] = {}
    for key, answer in answers.items():
        match answer:
            case {"from": _, "to": _}:
                fields |= {f"{key}-{part}": day for part, day in answer.items()}
            case dict():
                fields |= {f"{key}-{tick}": True for tick in answer}
            case [{}, *_]:
                fields |= {
                    f"{key}-{place}-{name}": cell for place, row in enumerate(answer) for name, cell in row.items()
                }
            case _:
                fields[key] = answer
    return fields
