"""JSON that remembers where everything stood, so that an error can name its line and column."""

import re
from dataclasses import dataclass
from json import JSONDecodeError
from json.decoder import scanstring  # pyright: ignore
from pathlib import Path
from typing import Any

_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DEEPEST = 20
_LONGEST_NUMBER = 30
_WHY_NOT_OPENED = {
    FileNotFoundError: "nie ma takiego pliku",
    IsADirectoryError: "to folder",
    PermissionError: "brak prawa odczytu",
}


class BadInput(Exception):  # noqa: N818
    """A file cannot be used; the text names file, line and column and says what to do."""

    def __init__(self, path: Path, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")


@dataclass(frozen=True)
class Node:
    """A value and its place. An object is a dict of nodes, an array a list of nodes; fractions are refused as such."""

    value: Any
    line: int
    column: int
    keys: "dict[str, Node] | None" = None  # of an object: where each key stands


def decoded(path: Path) -> str:
    """Read a UTF-8 file, BOM or not.

    Raises:
        BadInput: the file is missing, unreadable or not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        why = _WHY_NOT_OPENED.get(type(error), error.strerror)
        raise BadInput(path, 1, 1, f"nie można otworzyć pliku ({why}); sprawdź ścieżkę") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = "to nie jest UTF-8; zapisz plik jako „CSV UTF-8” albo w kodowaniu UTF-8"
        raise BadInput(path, before.count(b"\n") + 1, column, message) from None


def read_json(path: Path) -> Node:
    """Read a JSON file with places.

    Raises:
        BadInput: not JSON, a key given twice, nested too deep.
    """
    return _Parser(path, decoded(path)).whole()


class _Parser:
    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text, self._at = path, text, 0

    def whole(self) -> Node:
        node = self._value(0)
        self._skip()
        if self._at < len(self._text):
            raise self._bad(self._at, "po końcu danych jest jeszcze coś; usuń to")
        return node

    def _place(self, at: int) -> tuple[int, int]:
        return self._text.count("\n", 0, at) + 1, at - self._text.rfind("\n", 0, at)

    def _bad(self, at: int, message: str) -> BadInput:
        return BadInput(self._path, *self._place(at), message)

    def _skip(self) -> None:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at

    def _peek(self) -> str:
        self._skip()
        return self._text[self._at : self._at + 1]

    def _take(self, mark: str) -> None:
        if self._peek() != mark:
            raise self._bad(self._at, f"to nie jest poprawny JSON: tu powinno być „{mark}”")
        self._at += 1

    def _value(self, depth: int) -> Node:
        first = self._peek()
        if depth > _DEEPEST:
            raise self._bad(self._at, "za wiele poziomów zagnieżdżenia")
        if first == "{":
            return self._object(depth)
        if first == "[":
            return self._array(depth)
        place = self._place(self._at)
        return Node(self._string() if first == '"' else self._plain(), *place)

    def _object(self, depth: int) -> Node:
        place = self._place(self._at)
        self._take("{")
        values: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        while self._peek() != "}":
            if values:
                self._take(",")
            self._skip()
            at = self._at
            key = self._string()
            if key in values:
                raise self._bad(at, f"klucz „{key}” jest podany drugi raz; zostaw jeden")
            keys[key] = Node(key, *self._place(at))
            self._take(":")
            values[key] = self._value(depth + 1)
        self._take("}")
        return Node(values, *place, keys)

    def _array(self, depth: int) -> Node:
        place = self._place(self._at)
        self._take("[")
        values: list[Node] = []
        while self._peek() != "]":
            if values:
                self._take(",")
            values.append(self._value(depth + 1))
        self._take("]")
        return Node(values, *place)

    def _string(self) -> str:
        start = self._at
        self._take('"')
        try:
            text, self._at = scanstring(self._text, self._at, True)
            text.encode()
        except JSONDecodeError as error:
            raise self._bad(error.pos, "to nie jest poprawny napis w JSON (cudzysłów, znak sterujący?)") from None
        except UnicodeEncodeError:
            raise self._bad(start, "napis zawiera połówkę znaku (\\ud800–\\udfff)") from None
        return text

    def _plain(self) -> Any:
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return value
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            raise self._bad(self._at, "to nie jest poprawny JSON: tu powinna być wartość")
        if len(number.group()) > _LONGEST_NUMBER:
            raise self._bad(self._at, "liczba jest za długa")
        self._at = number.end()
        return float(number.group()) if number.group(1) or number.group(2) else int(number.group())
