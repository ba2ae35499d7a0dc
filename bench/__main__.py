"""Run every measurement and print its figures, `name: value`; `docs/pomiary.md` says what each means."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from flask import Flask

from bench import commands, papers, seeding, servers, storm, works
from strefa import create_app
from tests.databases import database_url

APPLICATIONS = 1_000
SMALL, LARGE = 100, 10_000
TURNS = {"autosave": 300, "send": 120, "card": 300, "ranking": 150, "list": 200}
DRAFTS = 1_600  # each may be sent once
STARTS = 5
PAGES = 20  # of fifty rows: a thousand ranked applications

Figures = Iterator[tuple[str, float]]


def main() -> None:
    """Measure in the order of the report; everything lies in a folder of its own that goes at the end."""
    with tempfile.TemporaryDirectory(prefix="strefa-bench-") as name:
        for measure in [MEASURES[asked] for asked in sys.argv[1:]] or MEASURES.values():
            _print(measure(Path(name)))


def _print(figures: Figures) -> None:
    for name, value in figures:
        print(f"{name}: {value:.3f}", flush=True)


def _instance(folder: Path, applications: int, drafts: int = 0, cards: int = 0) -> tuple[Flask, seeding.Seeded]:
    """Fill an instance, and a floor as large beside it."""
    values = servers.settings(folder / "ours")
    app = create_app(
        instance_dir=values.instance_dir, base_url=values.base_url, database_url="", smtp_url="", demo=False
    )
    seeded = seeding.seed(app, applications, drafts, cards)
    servers.prepare_floor(folder / "floor", applications, seeding.CARDS, seeded.criteria)
    return app, seeded


def _starts(root: Path) -> Figures:
    """From exec of the web server to its first answer."""
    _instance(root / "starts", 1)
    times = []
    for _start in range(STARTS):
        with servers.ours(root / "starts" / "ours") as server:
            times.append(server.started_in)
    yield "web_start_s", median(times)


def _works(root: Path) -> Figures:
    """The five works on a thousand applications, alone and with many clients, and what a worker weighs after them."""
    folder = root / "works"
    _app, seeded = _instance(folder, APPLICATIONS, DRAFTS, works.CLIENTS + 1)
    with servers.ours(folder / "ours") as ours, servers.floor(folder / "floor") as floor:
        pair = works.Pair(ours.port, floor.port, seeded)
        for name, work in works.WORKS.items():
            yield from works.in_turns(name, TURNS[name], work(pair))
        desk = works.Desk(pair, seeded.office)
        path = f"/biuro/edycje/{seeded.slug}/ranking?page="
        yield "ranking_1000_rows_s", sum(desk.get(f"{path}{number}")[0] for number in range(1, PAGES + 1))
        yield from works.together(pair, works.CLIENTS + works.WARM + TURNS["send"])
        yield "worker_memory_mb", ours.memory_mb()


def _scaling(root: Path) -> Figures:
    """List and ranking on few and on very many applications, by turns."""
    folders = {size: root / str(size) for size in (SMALL, LARGE)}
    rounds = {size: _instance(folder, size)[1] for size, folder in folders.items()}
    with servers.ours(folders[SMALL] / "ours") as small, servers.ours(folders[LARGE] / "ours") as large:
        desks = {
            size: works.Desk(works.Pair(server.port, 0, rounds[size]), rounds[size].office)
            for size, server in ((SMALL, small), (LARGE, large))
        }
        slug = rounds[SMALL].slug
        for name, page in (("list", "wnioski"), ("ranking", "ranking")):
            times: dict[int, list[float]] = {SMALL: [], LARGE: []}
            for turn in range(works.WARM + 100):
                for size, desk in desks.items():
                    seconds = desk.get(f"/biuro/edycje/{slug}/{page}")[0]
                    if turn >= works.WARM:
                        times[size].append(seconds)
            for size in times:
                yield f"{name}_p50_ms_{size}", median(times[size]) * 1000
            yield f"{name}_x_from_{SMALL}_to_{LARGE}", median(times[LARGE]) / median(times[SMALL])


def _letter(root: Path) -> Figures:
    values = servers.settings(root / "letter")
    return papers.letter(create_app(instance_dir=values.instance_dir, base_url=values.base_url, database_url=""))


def _storm(root: Path) -> Figures:
    """The last minute before the close, on SQLite and on a PostgreSQL of the tests' own."""
    yield from storm.measure(root, "sqlite", "")
    yield from storm.measure(root, "postgresql", database_url("storm"))


def _commands(_root: Path) -> Figures:
    yield from commands.rank()
    yield from commands.assignment()


MEASURES = {"starts": _starts, "works": _works, "scaling": _scaling, "letter": _letter, "commands": _commands,
            "storm": _storm}  # fmt: skip


if __name__ == "__main__":
    if not sys.platform.startswith(("linux", "darwin")):
        sys.exit("bench: gunicorn needs Linux or macOS")
    os.environ.pop("DEMO", None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers and folder go with it
    main()
