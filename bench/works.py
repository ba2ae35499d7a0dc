"""The five works people wait for, each done by us and by the floor in turns, so that both meet the same machine."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from bench.client import Answer, Connection, Unexpected, form, multipart, per_second, request
from bench.pdf import one_megabyte
from bench.seeding import Seeded, Visitor, answers
from strefa.web.session import AUTOSAVE
from tests.answers import as_sent

Figures = Iterator[tuple[str, float]]
Timed = Callable[[], float]
WARM = 12  # turns that are not counted
CLIENTS = 16
SECONDS = 5.0  # of each measurement with many clients
SILENT = {AUTOSAVE.replace("-", "_"): "1"}
SECTION = "c"  # four long texts and a table


@dataclass(frozen=True)
class Pair:
    """Where both stand: the port of our server with its round, and the port of the floor."""

    ours: int
    floor: int
    seeded: Seeded


class Desk:
    """Somebody's work on our server, over one connection."""

    def __init__(self, pair: Pair, visitor: Visitor) -> None:
        self._visitor = visitor
        self._connection = Connection(pair.ours)

    def post(self, path: str, fields: dict[str, Any], expected: int = 200) -> tuple[float, Answer]:
        body, kind = form({"csrf_token": self._visitor.csrf_token, **fields})
        return self._sent(path, body, kind, expected)

    def autosave(self, path: str, fields: dict[str, Any]) -> tuple[float, int]:
        """Save as the page's script does; returns the seconds and the revision that stands now."""
        body, kind = form({"csrf_token": self._visitor.csrf_token, **fields})
        seconds, answer = self._sent(path, body, kind, 200, **SILENT)
        return seconds, json.loads(answer.body)["revision"]

    def upload(self, path: str, name: str, content: bytes) -> float:
        body, kind = multipart({"csrf_token": self._visitor.csrf_token}, name, content)
        return self._sent(path, body, kind, 302)[0]

    def _sent(self, path: str, body: bytes, kind: str, expected: int, **headers: str) -> tuple[float, Answer]:
        whole = request("POST", path, body, Cookie=self._visitor.cookie, Content_Type=kind, **headers)
        return self._connection.timed(whole, expected)

    def get(self, path: str) -> tuple[float, Answer]:
        return self._connection.timed(request("GET", path, Cookie=self._visitor.cookie))


def autosave(pair: Pair) -> tuple[Timed, Timed]:
    """Save one section while somebody types: every save says something new."""
    address, visitor = pair.seeded.drafts[0]
    desk, connection, revision = Desk(pair, visitor), Connection(pair.floor), [1]
    typed = as_sent({key: value for key, value in answers().items() if key.startswith(SECTION)})

    def fields() -> dict[str, Any]:
        return typed | {"c1_need": f"{typed['c1_need']} " * 12 + secrets.token_hex(8), "revision": str(revision[0])}

    def ours() -> float:
        seconds, revision[0] = desk.autosave(f"/moje/wnioski/{address}/{SECTION}", fields())
        return seconds

    def floor() -> float:
        body, kind = form(fields())
        return connection.timed(request("POST", f"/autosave/1/{SECTION}", body, Content_Type=kind))[0]

    return ours, floor


def card_fields(pair: Pair, revision: int) -> dict[str, Any]:
    """Return a whole card: seven marks and seven justifications, other ones each time."""
    marks = {f"mark_{key}": str(3 + secrets.randbelow(5) / 2) for key in pair.seeded.criteria}
    said = {f"why_{key}": f"Pomysł jest sprawdzalny. {secrets.token_hex(8)} " * 4 for key in pair.seeded.criteria}
    return marks | said | {"revision": str(revision)}


def card(pair: Pair) -> tuple[Timed, Timed]:
    """Save a whole score card."""
    address, visitor = pair.seeded.cards[0]
    desk, connection, revision = Desk(pair, visitor), Connection(pair.floor), [0]

    def ours() -> float:
        seconds, revision[0] = desk.autosave(f"/jury/wnioski/{address}", card_fields(pair, revision[0]))
        return seconds

    def floor() -> float:
        body, kind = form(card_fields(pair, 0))
        return connection.timed(request("POST", "/card/1/99", body, Content_Type=kind))[0]

    return ours, floor


def send(pair: Pair) -> tuple[Timed, Timed]:
    """Send a whole application: attach a file of 1 MB, then send; the floor takes both in one request."""
    drafts, connection = iter(pair.seeded.drafts[CLIENTS:]), Connection(pair.floor)
    said, number = json.dumps(answers(), ensure_ascii=False), [1_000_000]

    def ours() -> float:
        address, visitor = next(drafts)
        return sent(pair, address, visitor)

    def floor() -> float:
        number[0] += 1
        body, kind = multipart({"answers": said}, "plan.pdf", one_megabyte())
        return connection.timed(request("POST", f"/send/{number[0]}", body, Content_Type=kind), 302)[0]

    return ours, floor


def sent(pair: Pair, address: str, visitor: Visitor) -> float:
    """Attach and send one draft; return the seconds of both requests together."""
    desk = Desk(pair, visitor)
    attaching = desk.upload(f"/moje/wnioski/{address}/pliki/h1_attachments", "plan.pdf", one_megabyte())
    sending, answer = desk.post(f"/moje/wnioski/{address}/zloz", {"read": pair.seeded.state}, 302)
    if b"potwierdzenie" not in answer.body:
        raise Unexpected(f"not sent: {answer.body[:300]!r}")
    return attaching + sending


def _pages(ours_at: str, floor_at: str) -> Callable[[Pair], tuple[Timed, Timed]]:
    def work(pair: Pair) -> tuple[Timed, Timed]:
        desk, connection = Desk(pair, pair.seeded.office), Connection(pair.floor)
        path, bare = f"/biuro/edycje/{pair.seeded.slug}/{ours_at}", request("GET", floor_at)
        return lambda: desk.get(path)[0], lambda: connection.timed(bare)[0]

    return work


ranking = _pages("ranking", "/ranking")
listed = _pages("wnioski", "/list")


WORKS: dict[str, Callable[[Pair], tuple[Timed, Timed]]] = {
    "autosave": autosave,
    "send": send,
    "card": card,
    "ranking": ranking,
    "list": listed,
}


def in_turns(name: str, turns: int, work: tuple[Timed, Timed]) -> Figures:
    """Measure a work by turns with its floor: the median and the 99th percentile in milliseconds, and how many floors."""
    ours, floor = work
    for _turn in range(WARM):
        ours()
        floor()
    times = [(ours(), floor()) for _turn in range(turns)]
    mine, bare = [one for one, _other in times], [other for _one, other in times]
    yield f"{name}_p50_ms", median(mine) * 1000
    yield f"{name}_p99_ms", quantiles(mine, n=100)[98] * 1000
    yield f"{name}_p50_x_floor", median(mine) / median(bare)
    yield f"{name}_floor_p50_ms", median(bare) * 1000


def together(pair: Pair, taken: int) -> Figures:
    """Measure sends and card saves of many people at once; `taken` drafts have been sent already."""
    waiting = iter(pair.seeded.drafts[taken:])

    def sending(_number: int, more: Callable[[], bool]) -> int:
        done = 0
        while more() and (draft := next(waiting, None)):
            sent(pair, *draft)
            done += 1
        return done

    def scoring(number: int, more: Callable[[], bool]) -> int:
        address, visitor = pair.seeded.cards[number + 1]
        desk, revision, done = Desk(pair, visitor), 0, 0
        while more():
            _seconds, revision = desk.autosave(f"/jury/wnioski/{address}", card_fields(pair, revision))
            done += 1
        return done

    yield "send_per_s", per_second(sending, CLIENTS, SECONDS)
    yield "card_per_s", per_second(scoring, CLIENTS, SECONDS)
