"""RULES.json of `strefa rank`: the official method of a round, read strictly."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from strefa.cli.placed_json import BadInput, Node, read_json
from strefa.rules.quotas import Quotas
from strefa.rules.ranking import Aggregate, ListRule, RuleSet
from strefa.rules.rubric import Criterion, Rubric

_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_REQUIRED = ("criteria", "aggregate", "threshold", "ties", "pool", "list_rule")
_OPTIONAL = ("cards", "votes", "partial", "quotas")
_QUOTAS = ("max_per_category", "max_per_voivodeship", "min_distinct_voivodeships", "min_per_category")
_MOST_GROSZE = 10**15

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class RuleFile:
    """The rules, and where in the file stand the things that other files must agree with."""

    path: Path
    rules: RuleSet
    criteria: Node
    votes: tuple[Node, ...]  # every id in every vote


def read_rules(path: Path) -> RuleFile:
    """Read RULES.json.

    Raises:
        BadInput: at the first thing that is not as it should be.
    """
    return _Reader(path).rules(read_json(path))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path

    def rules(self, root: Node) -> RuleFile:
        given = self._object(root, "plik", _REQUIRED, _OPTIONAL)
        criteria = tuple(self._criterion(node) for node in self._list(given["criteria"], "criteria"))
        self._refuse_repeated((c.key for c in criteria), self._list(given["criteria"], "criteria"), "criteria")
        rubric = Rubric(criteria)
        votes, vote_nodes = self._votes(given.get("votes"))
        rules = RuleSet(
            rubric=rubric,
            threshold=self._decimal(given["threshold"], "threshold"),
            ties=self._ties(given["ties"], rubric),
            pool=self._whole(given["pool"], "pool", 0, _MOST_GROSZE),
            aggregate=self._choice(given["aggregate"], "aggregate", Aggregate),
            list_rule=self._choice(given["list_rule"], "list_rule", ListRule),
            cards=self._whole(given["cards"], "cards", 1) if "cards" in given else 1,
            partial_floor=self._floor(given.get("partial")),
            quotas=self._quotas(given.get("quotas")),
            votes=votes,
        )
        return RuleFile(self._path, rules, given["criteria"], vote_nodes)

    def _criterion(self, node: Node) -> Criterion:
        given = self._object(node, "criteria", ("key", "weight", "min", "max"), ("step", "min_mean"))
        least, most = self._decimal(given["min"], "min"), self._decimal(given["max"], "max")
        if most <= least:
            raise self._bad(given["max"], f"max ({most}) musi być większe niż min ({least})")
        step = self._positive(given["step"], "step") if "step" in given else None
        mean = self._decimal(given["min_mean"], "min_mean") if "min_mean" in given else None
        if mean is not None and not least <= mean <= most:
            raise self._bad(given["min_mean"], f"min_mean ({mean}) jest poza skalą {least}–{most}")
        key = self._text(given["key"], "key")
        return Criterion(key, self._positive(given["weight"], "weight"), least, most, step, mean)

    def _ties(self, node: Node, rubric: Rubric) -> tuple[str, ...]:
        nodes = self._list(node, "ties")
        keys = [self._text(part, "ties") for part in nodes]
        for part, key in zip(nodes, keys, strict=True):
            if key not in rubric.keys:
                raise self._bad(part, f"ties: nie ma kryterium „{key}”; kryteria: {', '.join(rubric.keys) or 'brak'}")
        self._refuse_repeated(keys, nodes, "ties")
        return tuple(keys)

    def _votes(self, node: Node | None) -> tuple[tuple[tuple[str, ...], ...], tuple[Node, ...]]:
        if node is None:
            return (), ()
        lists = [self._list(vote, "votes") for vote in self._list(node, "votes")]
        nodes = [part for vote in lists for part in vote]
        self._refuse_repeated((self._text(part, "votes") for part in nodes), nodes, "votes")
        return tuple(tuple(part.value for part in vote) for vote in lists), tuple(nodes)

    def _floor(self, node: Node | None) -> Decimal | None:
        if node is None:
            return None
        floor = self._object(node, "partial", ("floor",))["floor"]
        part = self._decimal(floor, "floor")
        if not 0 <= part <= 1:
            raise self._bad(floor, f"floor ({part}) musi być częścią kwoty, od 0 do 1")
        return part

    def _quotas(self, node: Node | None) -> Quotas:
        if node is None:
            return Quotas()
        given = self._object(node, "quotas", (), _QUOTAS)
        numbers = {key: self._whole(given[key], key, 0) for key in _QUOTAS[:3] if key in given}
        minimums: dict[str, Node] = {}
        if "min_per_category" in given:
            minimums = self._mapping(given["min_per_category"], "min_per_category")
        return Quotas(
            most_per_category=numbers.get("max_per_category"),
            most_per_voivodeship=numbers.get("max_per_voivodeship"),
            least_voivodeships=numbers.get("min_distinct_voivodeships", 0),
            least_per_category=tuple((name, self._whole(part, name, 0)) for name, part in minimums.items()),
        )

    def _bad(self, node: Node, message: str) -> BadInput:
        return BadInput(self._path, node.line, node.column, message)

    def _mapping(self, node: Node, name: str) -> dict[str, Node]:
        if node.keys is None:
            raise self._bad(node, f"{name}: tu powinien być obiekt {{…}}")
        return node.value

    def _object(
        self, node: Node, name: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> Mapping[str, Node]:
        given = self._mapping(node, name)
        known = (*required, *optional)
        for key, place in (node.keys or {}).items():
            if key not in known:
                raise self._bad(place, f"{name}: nieznany klucz „{key}”; znane: {', '.join(known)}")
        for key in required:
            if key not in given:
                raise self._bad(node, f"{name}: brakuje klucza „{key}”")
        return given

    def _list(self, node: Node, name: str) -> list[Node]:
        if not isinstance(node.value, list):
            raise self._bad(node, f"{name}: tu powinna być lista […]")
        return node.value

    def _text(self, node: Node, name: str) -> str:
        if not isinstance(node.value, str) or not node.value.strip():
            raise self._bad(node, f"{name}: tu powinien być niepusty napis w cudzysłowie")
        return node.value

    def _choice(self, node: Node, name: str, kinds: type[Choice]) -> Choice:
        for kind in kinds:
            if kind.value == node.value:
                return kind
        known = ", ".join(f"„{kind.value}”" for kind in kinds)
        raise self._bad(node, f"{name}: tu powinno być jedno z: {known}")

    def _decimal(self, node: Node, name: str) -> Decimal:
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            return Decimal(node.value)
        if isinstance(node.value, str) and _DECIMAL.fullmatch(node.value):
            return Decimal(node.value)
        raise self._bad(
            node, f'{name}: tu powinna być liczba całkowita albo dziesiętna w cudzysłowie, na przykład "60.5"'
        )

    def _positive(self, node: Node, name: str) -> Decimal:
        number = self._decimal(node, name)
        if number <= 0:
            raise self._bad(node, f"{name} ({number}) musi być większe od zera")
        return number

    def _whole(self, node: Node, name: str, least: int, most: int = 10**6) -> int:
        number = self._decimal(node, name)
        if number != number.to_integral_value() or not least <= number <= most:
            raise self._bad(node, f"{name} ({number}): tu powinna być liczba całkowita od {least} do {most}")
        return int(number)

    def _refuse_repeated(self, names: Iterable[str], nodes: list[Node], where: str) -> None:
        seen: set[str] = set()
        for name, node in zip(names, nodes, strict=True):
            if name in seen:
                raise self._bad(node, f"{where}: „{name}” występuje drugi raz; zostaw jeden raz")
            seen.add(name)
