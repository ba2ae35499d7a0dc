"""What an entry of the journal holds, as a person reads it: amounts in złoty, names instead of keys.

Keys that only tie entries together (a plan, a proposal) and whole hashes stay in `dziennik.jsonl`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from strefa.contest.applications.queries import numbers_of
from strefa.contest.jury.models import AssignmentKind
from strefa.contest.people.queries import names_by_public_id, names_of
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.infra import i18n
from strefa.infra.i18n import _, _l
from strefa.infra.journal.models import Entry
from strefa.outputs.deeds import deed
from strefa.outputs.names import letter, named
from strefa.outputs.writing import points, term, whole, written_money
from strefa.rules.conflicts import Relation
from strefa.rules.divergence import Trigger
from strefa.rules.policy import Role
from strefa.rules.privacy import Audience, Class
from strefa.rules.reading import written_size

LABELS: dict[str, Any] = {
    "after": _l("teraz"),
    "amount_grosze": _l("kwota"),
    "answers": _l("skopiowanych odpowiedzi"),
    "anew": _l("wszystko od nowa"),
    "application": _l("wniosek"),
    "applications": _l("ilu wniosków"),
    "background": _l("skąd"),
    "because": _l("powód"),
    "before": _l("przedtem"),
    "begins": _l("od"),
    "begun": _l("nowych par"),
    "clause": _l("klauzula"),
    "class": _l("klasa"),
    "closes": _l("koniec naboru"),
    "content_hash": _l("skrót treści"),
    "criteria": _l("kryteria"),
    "deadline": _l("termin"),
    "fields": _l("pola"),
    "count": _l("do ilu osób"),
    "difference": _l("różnica punktów"),
    "email": _l("adres"),
    "ended": _l("zakończonych par"),
    "ends": _l("do"),
    "erase_after": _l("znika po"),
    "files": _l("plików"),
    "letters": _l("listów"),
    "failed": _l("niespełnione"),
    "freed_grosze": _l("zwolniona kwota"),
    "hours": _l("godzin przed końcem"),
    "input_hash": _l("skrót danych"),
    "juror": _l("kto ocenia"),
    "kept": _l("pozostawionych par"),
    "kind": _l("rodzaj"),
    "moved_from": _l("poprzedni koniec naboru"),
    "name": _l("plik"),
    "note": _l("uwaga"),
    "number": _l("wniosek"),
    "numbers": _l("wnioski w kolejności"),
    "organisation": _l("organizacja"),
    "pairs": _l("par"),
    "passed": _l("spełnia wymogi"),
    "points": _l("punkty"),
    "ranking": _l("wersja listy"),
    "reason": _l("powód"),
    "relation": _l("powód"),
    "result_hash": _l("skrót wyniku"),
    "role": _l("rola"),
    "rules_hash": _l("skrót zasad"),
    "saved_at": _l("tekst z"),
    "section": _l("sekcja"),
    "seed": _l("ziarno losowania"),
    "sha256": _l("skrót"),
    "template": _l("list"),
    "changed": _l("zmieniono"),
    "source": _l("z wniosku"),
    "stored": _l("zapisano"),
    "shortages": _l("braków"),
    "size": _l("rozmiar"),
    "spent": _l("suma dotacji"),
    "title": _l("tytuł"),
    "version": _l("wersja"),
    "virus": _l("zagrożenie"),
}
TIES = frozenset({"plan", "proposal", "instead_of", "extension"})
SHOWN_OF_A_HASH = 12


@dataclass(frozen=True)
class Happening:
    """An entry of the journal in words: who did what, about which application (number and address) or whom."""

    at: datetime
    who: str
    deed: str
    verb: str
    about: str
    application: str
    details: str


def happenings(round_: Round, entries: Sequence[Entry]) -> list[Happening]:
    """Put entries of a round's journal into words, with three statements however many there are."""
    actors = names_of(entry.actor_id for entry in entries)
    subjects = [entry.subject.partition(":") for entry in entries]
    held = [entry.details or {} for entry in entries]
    people = {public_id for kind, _colon, public_id in subjects if kind == "person"}
    people |= {str(details["juror"]) for details in held if "juror" in details}
    names = names_by_public_id(people)
    numbers = numbers_of({public_id for kind, _colon, public_id in subjects if kind == "application"})
    told = _Told(names, _reasons_of(round_))
    return [
        Happening(
            entry.at,
            actors.get(entry.actor_id or 0, _("system")),
            deed(entry.verb),
            entry.verb,
            names.get(public_id) or numbers.get(public_id, ""),
            public_id if public_id in numbers else "",
            told.particulars(details),
        )
        for entry, details, (kind, _colon, public_id) in zip(entries, held, subjects, strict=True)
    ]


def _reasons_of(round_: Round) -> dict[tuple[str, str], str]:
    language = i18n.language()
    return {
        (criterion.key, reason.key): reason.text.in_language(language)
        for criterion in template_of(round_).formal_criteria
        for reason in criterion.reasons
    }


@dataclass(frozen=True)
class _Told:
    """What keys in details stand for: people by public id, reasons by formal criterion and key."""

    people: Mapping[str, str]
    reasons: Mapping[tuple[str, str], str]

    def particulars(self, details: Mapping[str, Any]) -> str:
        parts = ((key, self._value(key, value)) for key, value in details.items() if key not in TIES)
        return "; ".join(f"{LABELS.get(key, key)}: {written}" for key, written in parts if written)

    def _value(self, key: str, value: Any) -> str:
        if value in ("", None, {}, []):
            return ""
        if key == "juror":
            return self.people.get(value, "–")
        if key == "failed":
            return ", ".join(f"{one} ({self.reasons.get((one, why), why)})" for one, why in value.items())
        return _WRITTEN.get(key, _plain)(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return whole(value) if isinstance(value, int) else str(value)


def _hash(value: str) -> str:
    return value[:SHOWN_OF_A_HASH] + "…"


def _yes(value: bool) -> str:
    return _("tak") if value else _("nie")


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "amount_grosze": written_money,
    "freed_grosze": written_money,
    "spent": written_money,
    "points": points,
    "difference": points,
    "anew": _yes,
    "passed": _yes,
    "background": named,
    "kind": lambda value: named(AssignmentKind(value)),
    "relation": lambda value: named(Relation(value)),
    "role": lambda value: named(Role(value)),
    "template": letter,
    "because": lambda value: ", ".join(named(Trigger(one)) for one in value),
    "clause": lambda value: named(Audience(value)),
    "class": lambda value: named(Class(value)),
    **dict.fromkeys(
        ("begins", "closes", "ends", "erase_after", "moved_from", "saved_at", "stored"),
        lambda value: i18n.moment(datetime.fromisoformat(value)),
    ),
    "deadline": lambda value: term(datetime.fromisoformat(value)),
    "fields": lambda value: ", ".join(key.partition("_")[0].upper() for key in value),
    "section": str.upper,
    "size": lambda value: written_size(value, i18n.language()),
    **dict.fromkeys(("sha256", "content_hash", "input_hash", "result_hash", "rules_hash"), _hash),
}
