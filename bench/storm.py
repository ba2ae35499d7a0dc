"""The last minute before the close: how fast the server takes what people send, and whether it is just to each of them.

Two measurements on each database, against the server as it is served, with its worker beside it:

- the rush: as many people as there ever were, each with a file of 2 MiB, over a minute;
- the storm: finished applications sent in the last seconds, ever closer to the close, and some that come after it.
"""

import hashlib
import html
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from flask import Flask
from sqlalchemy import select

from bench import seeding, servers
from bench.client import Answer, Connection, Shut, Unexpected, form, multipart, request
from bench.pdf import MEGABYTE, of_size
from bench.seeding import Visitor
from strefa import create_app
from strefa.contest.applications.columns import content_hash
from strefa.contest.applications.models import Application, Submission
from strefa.contest.rounds.models import FormVersion
from strefa.infra import files
from strefa.infra.database import db, reading_only

CLIENTS = 32
RUSH, RUSH_SIZE, RUSH_LASTS = 500, 2 * MEGABYTE, 60.0  # applications, bytes, seconds
STORM, STORM_LASTS = 300, 8.0  # applications, seconds before the close
LATE, LATE_LASTS = 32, 1.5  # applications, seconds after the close

BUSY, UPLOADED_AGAIN_AFTER = 503, 2.0
AGAIN = re.compile(rb'action="([^"]+)" data-again="(\d+)"')

Figures = Iterator[tuple[str, float]]
Draft = tuple[str, Visitor]


@dataclass(frozen=True)
class Sending:
    """One application sent: when its last byte left and its answer was there (Unix seconds), and what came back."""

    draft: Draft
    begun: float
    handed: float
    done: float
    answer: Answer | None
    waits: int  # how often the server asked to wait a moment and try again, as the page does by itself

    @property
    def accepted(self) -> bool:
        return self.answer is not None and self.answer.status == 302


def measure(root: Path, database: str, database_url: str) -> Figures:
    """Measure one database; `database` names it in the figures."""
    instance = root / database
    values = servers.settings(instance / "ours", database_url=database_url)
    app = create_app(
        instance_dir=values.instance_dir, base_url=values.base_url, database_url=database_url, smtp_url="", demo=False
    )
    seeded = seeding.seed(app, 0, RUSH + STORM + LATE)
    hasty, prepared = seeded.drafts[:RUSH], seeded.drafts[RUSH:]
    with servers.ours(instance / "ours", database_url, worker=True) as server:
        storm = _Storm(server.port, seeded.state)
        _each(prepared, lambda draft: storm.attach(draft, MEGABYTE))
        rushed = storm.all_at(hasty, _evenly(RUSH, time.time() + 0.5, RUSH_LASTS), RUSH_SIZE)
        yield from _speeds(f"rush_{database}", rushed)
        closes = _next_minute(STORM_LASTS + 2)
        seeding.close_at(app, closes)
        moments = _crowding(closes.timestamp()) + _evenly(LATE, closes.timestamp(), LATE_LASTS)
        sent = storm.all_at(prepared, moments)
        yield from _speeds(f"storm_{database}", sent[:STORM])
        yield from _justice(f"storm_{database}", sent, closes.timestamp())
        yield f"storm_{database}_receipts_wrong", _wrong_receipts(app, storm, [*rushed, *sent])


class _Storm:
    """Many people at one server, each with a browser of her own."""

    def __init__(self, port: int, state: str) -> None:
        self._port, self._state = port, state

    def attach(self, draft: Draft, size: int) -> None:
        address, visitor = draft
        body, kind = multipart({"csrf_token": visitor.csrf_token}, "plan.pdf", of_size(size))
        path = f"/moje/wnioski/{address}/pliki/h1_attachments"
        connection, whole = (
            Connection(self._port),
            request("POST", path, body, Cookie=visitor.cookie, Content_Type=kind),
        )
        connection.hand(whole)
        while (answer := connection.answer()).status == BUSY:  # a file is chosen again by its person
            connection.close()
            time.sleep(UPLOADED_AGAIN_AFTER)
            connection.hand(whole)
        connection.close()
        if answer.status != 302:
            raise Unexpected(f"{answer.status} to a file")

    def receipt(self, draft: Draft) -> str:
        """Return the sum that a receipt shows."""
        address, visitor = draft
        asked = request("GET", f"/moje/wnioski/{address}/potwierdzenie", Cookie=visitor.cookie)
        page = self._ask(Connection(self._port), asked).body.decode()
        shown = re.search(r"\b[0-9a-f]{64}\b", page)
        return shown[0] if shown else ""

    def all_at(self, drafts: Sequence[Draft], moments: Sequence[float], size: int = 0) -> list[Sending]:
        """Send each draft at its moment, with a file of `size` bytes first; the clients take turns.

        A moment is kept even when the client is late for it: what a person waits for counts from there.
        """
        sent: list[Sending | None] = [None] * len(drafts)

        def client(number: int) -> None:
            for place in range(number, len(drafts), CLIENTS):
                time.sleep(max(0.0, moments[place] - time.time()))
                sent[place] = self._sent(drafts[place], size)

        threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [one for one in sent if one is not None]

    def _sent(self, draft: Draft, size: int) -> Sending:
        address, visitor = draft
        body, kind = form({"csrf_token": visitor.csrf_token, "read": self._state})
        whole = request("POST", f"/moje/wnioski/{address}/zloz", body, Cookie=visitor.cookie, Content_Type=kind)
        connection, begun = Connection(self._port), time.time()
        handed, answer, waits = begun, None, 0
        try:
            if size:
                self.attach(draft, size)
            connection.hand(whole)
            handed = time.time()
            answer = connection.answer()
            while answer.status == BUSY and (again := AGAIN.search(answer.body)):
                waits += 1
                connection.close()  # the server would shut it meanwhile
                time.sleep(int(again[2]))
                path = html.unescape(again[1].decode())
                connection.hand(request("POST", path, body, Cookie=visitor.cookie, Content_Type=kind))
                answer = connection.answer()
        except (OSError, Shut, Unexpected) as problem:
            print(f"bench: {address}: {type(problem).__name__} {problem}", file=sys.stderr)  # counted as an error
        if answer is not None and answer.status not in {302, 422}:
            print(f"bench: {address}: {answer.status} {answer.body[:300]!r}", file=sys.stderr)
        connection.close()
        return Sending(draft, begun, handed, time.time(), answer, waits)

    def _ask(self, connection: Connection, whole: bytes, expected: int = 200) -> Answer:
        answer = connection.ask(whole, expected)
        connection.close()
        return answer


def _evenly(count: int, since: float, lasts: float) -> list[float]:
    return [since + lasts * place / count for place in range(count)]


def _crowding(closes: float) -> list[float]:
    """Return the moments of the storm: the nearer the close, the more people."""
    return [closes - STORM_LASTS * (1 - (place / STORM) ** 0.5) for place in range(STORM)]


def _next_minute(at_least: float) -> datetime:
    """Return the first whole minute that is far enough; a timetable knows no seconds."""
    soon = datetime.now(UTC) + timedelta(seconds=at_least)
    return soon.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _each(drafts: Sequence[Draft], work: Callable[[Draft], None]) -> None:
    """Prepare with a few hands, as fast as it goes."""
    waiting, lock = iter(drafts), threading.Lock()

    def hand() -> None:
        while True:
            with lock:
                draft = next(waiting, None)
            if draft is None:
                return
            work(draft)

    hands = [threading.Thread(target=hand) for _ in range(4)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()


def _speeds(name: str, sent: Sequence[Sending]) -> Figures:
    """Tell how many a second were taken, how long each waited, and how many were not answered as they should."""
    waits = quantiles([(one.done - one.begun) * 1000 for one in sent], n=100)
    taken = [one for one in sent if one.accepted]
    yield f"{name}_sent_per_s", len(taken) / (max(one.done for one in sent) - min(one.begun for one in sent))
    for percent in (50, 95, 99):
        yield f"{name}_p{percent}_ms", waits[percent - 1]
    yield f"{name}_asked_to_wait", sum(one.waits for one in sent)
    yield f"{name}_errors", sum(one.answer is None or one.answer.status not in {302, 422} for one in sent)


def _justice(name: str, sent: Sequence[Sending], closes: float) -> Figures:
    """Count who was treated unjustly: handed over before the close and refused, or begun at it or later and accepted."""
    early = [one for one in sent if one.handed < closes]
    late = [one for one in sent if one.begun >= closes]
    yield f"{name}_before_close", len(early)
    yield f"{name}_before_close_refused", sum(not one.accepted for one in early)
    yield f"{name}_after_close", len(late)
    yield f"{name}_after_close_accepted", sum(one.accepted for one in late)


def _wrong_receipts(app: Flask, storm: _Storm, sent: Sequence[Sending]) -> int:
    """Count receipts that do not say what is stored: row, answers and the files themselves are summed anew."""
    shown = {one.draft[0]: storm.receipt(one.draft) for one in sent if one.accepted}
    joined = select(Application.public_id, Submission, FormVersion.sha256).join(
        Submission, Submission.application_id == Application.id
    )
    with app.app_context(), reading_only():
        rows = db.session.execute(joined.join(FormVersion, FormVersion.id == Submission.form_version_id)).all()
        stored = {public_id: _true_sum(submission, form_sum) for public_id, submission, form_sum in rows}
    return sum(stored.get(address) != told for address, told in shown.items()) + len(stored.keys() ^ shown.keys())


def _true_sum(submission: Submission, form_sum: str) -> str:
    """Return the sum of a stored version, its files read again; "" when its row tells another."""
    for item in submission.attachments:
        if hashlib.sha256(files.path_of(item["sha256"]).read_bytes()).hexdigest() != item["sha256"]:
            return ""
    found = content_hash(form_sum, submission.answers, submission.attachments)
    return found if found == submission.content_hash and submission.attachments else ""
