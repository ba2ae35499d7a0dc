"""A round as a YAML file that staff load, change and copy.

Reading goes over the nodes of the document, not over ready-made values, so that every error
knows its line and column and a date that does not exist is reported rather than guessed at.
Writing is canonical: equal rounds give equal bytes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from strefa.rules.plain_data import joined
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.round_template import RoundTemplate

SHIPPED = Path(__file__).parent / "templates"
LARGEST = 1_000_000  # bytes; the shipped round has some 60 000
DEEPEST = 20
HEADING = """\
# Runda konkursu / A round of the contest
# Kwoty w złotych z groszami (8000.00), części całości jako ułamki (0.4 to 40 %), daty jako 2027-02-11,
# godziny czasu warszawskiego jako 2027-02-11 15:00. Każdy tekst po polsku (pl) i po angielsku (en).
# Koniec jest wyłączny: 15:00 to przed 15:00:00; 23:59 i 24:00 to koniec dnia. / An end is exclusive; 23:59 and 24:00 end the day.
"""
_STRING, _INTEGER, _FRACTION, _DATE, _BOOLEAN, _NOTHING = (
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "timestamp", "bool", "null")
)
_PLAIN_FORMS = (
    (re.compile(r"\d+"), _INTEGER),
    (re.compile(r"\d+\.\d+"), _FRACTION),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), _DATE),
)
_YES_NO = {"true": True, "True": True, "false": False, "False": False}

Position = tuple[int, int]


def shipped(name: str) -> str:
    """Return the text of a template that comes with the program, such as "strefa-eksperymentu"."""
    return (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")


def shipped_names() -> list[str]:
    """List the templates that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load(text: str) -> RoundTemplate:
    """Read a round from the text of its file.

    Raises:
        Refused: with every error in the order of lines; each blocker's `at` is the path of the
            key ("scoring.criteria.0.weight"), its values hold `line` and `column` (from 1) and `key`.
    """
    positions: dict[str, Position] = {}
    repeats: list[Blocker] = []
    data = _plain(_composed(text), "", positions, repeats)
    try:
        template = RoundTemplate.from_data(data)
    except Refused as refused:
        found = [_placed(blocker, positions) for blocker in refused.blockers]
        raise Refused(*sorted([*repeats, *found], key=where)) from None
    if repeats:
        raise Refused(*repeats)
    return template


def dump(template: RoundTemplate) -> str:
    """Write a round as the text of its file; `dump(load(dump(x))) == dump(x)` to the byte."""
    yaml = YAML(pure=True)
    yaml.width = 10_000  # never fold: a folded line may end in a space
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = StringIO()
    yaml.serialize(_node(template.as_data()), written)
    return HEADING + written.getvalue()


def where(blocker: Blocker) -> Position:
    """Return the line and column of an error found by `load`, both from 1."""
    return int(blocker.values["line"]), int(blocker.values["column"])


def _composed(text: str) -> Node:
    if len(text.encode()) > LARGEST:
        raise Refused(_unreadable(1, 1, f"> {LARGEST} B"))
    try:
        _refuse_depths(text)
        node: Node | None = YAML(typ="safe").compose(text)  # libyaml: six times as fast, same marks
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Refused(_unreadable(mark.line + 1, mark.column + 1, error.problem or "")) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise Refused(_unreadable(1, 1, type(error).__name__)) from None
    return node if node is not None else MappingNode("tag:yaml.org,2002:map", [])


def _refuse_depths(text: str) -> None:
    """Refuse what could end the process or never end, event by event: deep nesting, and aliases."""
    deep = 0
    for event in YAML(typ="safe").parse(text):
        deep += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if deep > DEEPEST or isinstance(event, AliasEvent):
            mark = event.start_mark
            raise Refused(_unreadable(mark.line + 1, mark.column + 1, "nested too deep" if deep > DEEPEST else "alias"))


def _unreadable(line: int, column: int, problem: str) -> Blocker:
    return Blocker(Reason.TEMPLATE_UNREADABLE, "", {"line": line, "column": column, "key": "", "problem": problem})


def _plain(node: Node, at: str, positions: dict[str, Position], repeats: list[Blocker]) -> Any:
    """Turn a node into plain data, noting where each path stands."""
    positions.setdefault(at, _start(node))
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_plain(part, joined(at, index), positions, repeats) for index, part in enumerate(node.value)]
    return dict(_pairs(node, at, positions, repeats))


def _pairs(node: Node, at: str, positions: dict[str, Position], repeats: list[Blocker]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = str(key_node.value)
        path = joined(at, key)
        if key in seen:
            line, column = _start(key_node)
            repeats.append(Blocker(Reason.TEMPLATE_REPEATED_KEY, path, {"line": line, "column": column, "key": key}))
            continue
        seen.add(key)
        positions[path] = _start(key_node)
        yield key, _plain(value_node, path, positions, repeats)


def _start(node: Node) -> Position:
    mark = node.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _scalar(node: ScalarNode) -> Any:
    """Numbers and dates stay text: the round's own classes read them exactly."""
    if node.tag == _BOOLEAN:
        return _YES_NO.get(node.value, node.value)
    return None if node.tag == _NOTHING else node.value


def _placed(blocker: Blocker, positions: Mapping[str, Position]) -> Blocker:
    """Add the position of the path, or of its nearest parent when the path itself is missing."""
    path = blocker.at
    while path and path not in positions:
        path = path.rpartition(".")[0]
    line, column = positions.get(path, (1, 1))
    key = blocker.values.get("key", blocker.at.rpartition(".")[2])
    return replace(blocker, values={**blocker.values, "line": line, "column": column, "key": key})


def _node(data: Any) -> Node:
    if isinstance(data, dict):
        pairs = [(_node(key), _node(value)) for key, value in data.items()]
        return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
    if isinstance(data, list):
        return SequenceNode("tag:yaml.org,2002:seq", [_node(part) for part in data], flow_style=False)
    if isinstance(data, bool):
        return ScalarNode(_BOOLEAN, "true" if data else "false")
    if isinstance(data, int):
        return ScalarNode(_INTEGER, str(data))
    tag = next((tag for form, tag in _PLAIN_FORMS if form.fullmatch(data)), _STRING)
    return ScalarNode(tag, data, style="|" if "\n" in data else None)
