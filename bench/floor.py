"""The floor: bare Flask views doing the same storage work by hand, to hold our figures against.

No accounts, no checks, no rules: SQL by hand on the same pragmas, rows as many and about as wide as ours, files
streamed, hashed, synced and renamed, and plain Jinja for as many lines of as many cells as our pages have.
"""

import hashlib
import json
import os
import secrets
import sqlite3
import threading
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, redirect, render_template_string, request
from werkzeug.wrappers import Response

FOLDER = Path(os.environ["FLOOR_DIR"])
ROWS = 50
TABLES = """
CREATE TABLE applications (id INTEGER PRIMARY KEY, number TEXT UNIQUE, title TEXT, applicant TEXT, voivodeship TEXT,
    status TEXT, ask INTEGER, changed TEXT);
CREATE INDEX by_status ON applications (status, number);
CREATE TABLE sections (application INTEGER, section TEXT, answers TEXT, revision INTEGER, saved TEXT,
    PRIMARY KEY (application, section));
CREATE TABLE section_history (id INTEGER PRIMARY KEY, application INTEGER, section TEXT, revision INTEGER,
    answers TEXT, saved TEXT);
CREATE TABLE marks (application INTEGER, juror INTEGER, criterion TEXT, score TEXT, justification TEXT,
    PRIMARY KEY (application, juror, criterion));
CREATE TABLE card_history (id INTEGER PRIMARY KEY, application INTEGER, juror INTEGER, marks TEXT, saved TEXT);
CREATE TABLE files (sha256 TEXT PRIMARY KEY, size INTEGER);
CREATE TABLE attachments (id INTEGER PRIMARY KEY, application INTEGER, sha256 TEXT, name TEXT);
CREATE TABLE submissions (id INTEGER PRIMARY KEY, application INTEGER, answers TEXT, hash TEXT, sent TEXT);
CREATE TABLE journal (sequence INTEGER PRIMARY KEY, verb TEXT, subject TEXT, details TEXT, hash TEXT);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, kind TEXT, subject TEXT, due TEXT);
"""
FRAME = """<!doctype html><html lang="pl"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/base.css"></head><body><main><h1>{{ title }}</h1><table><tbody>
{% for row in rows %}<tr>{% for cell in row %}<td data-label="Kolumna {{ loop.index }}">{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table><p>{{ all }}</p></main></body></html>"""

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 20 * 2**20
_local = threading.local()


def prepare(applications: int, jurors: int, criteria: tuple[str, ...]) -> None:
    """Write the tables of a floor as large as the round beside it."""
    base = _database()
    base.executescript(TABLES)
    base.execute("BEGIN IMMEDIATE")
    base.executemany(
        "INSERT INTO applications VALUES (?, ?, ?, ?, 'mazowieckie', 'eligible', ?, '')",
        (
            (
                at,
                f"SE-2027-{at:05}",
                f"Eksperyment {at}: biblioteka nocnych marków",
                f"Biblioteka nr {at}",
                400_000 + at,
            )
            for at in range(1, applications + 1)
        ),
    )
    base.executemany(
        "INSERT INTO marks VALUES (?, ?, ?, ?, ?)",
        (
            (at, juror, key, str((at * 7 + juror * 3 + place) % 11 / 2), "Pomysł jest sprawdzalny. " * 6)
            for at in range(1, applications + 1)
            for juror in range(jurors)
            for place, key in enumerate(criteria)
        ),
    )
    base.execute("COMMIT")


def _database() -> sqlite3.Connection:
    if not hasattr(_local, "base"):
        _local.base = sqlite3.connect(FOLDER / "floor.sqlite", isolation_level=None, timeout=30)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            _local.base.execute(f"PRAGMA {pragma}")
    return _local.base


@app.post("/autosave/<int:application>/<section>")
def autosave(application: int, section: str) -> Response:
    base, now = _database(), "2027-02-01 11:00:00.000000"
    said = json.dumps(request.form.to_dict(), ensure_ascii=False)
    base.execute("BEGIN IMMEDIATE")
    before = base.execute(
        "SELECT answers, revision, saved FROM sections WHERE application = ? AND section = ?", (application, section)
    ).fetchone()
    revision = before[1] + 1 if before else 1
    if before:
        base.execute(
            "INSERT INTO section_history (application, section, revision, answers, saved) VALUES (?, ?, ?, ?, ?)",
            (application, section, before[1], before[0], before[2]),
        )
    base.execute("INSERT OR REPLACE INTO sections VALUES (?, ?, ?, ?, ?)", (application, section, said, revision, now))
    base.execute("COMMIT")
    return jsonify(saved_at=now, revision=revision)


@app.post("/card/<int:application>/<int:juror>")
def card(application: int, juror: int) -> Response:
    base, form = _database(), request.form
    base.execute("BEGIN IMMEDIATE")
    before = base.execute(
        "SELECT criterion, score, justification FROM marks WHERE application = ? AND juror = ?", (application, juror)
    ).fetchall()
    base.execute(
        "INSERT INTO card_history (application, juror, marks, saved) VALUES (?, ?, ?, '')",
        (application, juror, json.dumps(before, ensure_ascii=False)),
    )
    base.executemany(
        "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?)",
        [
            (application, juror, name[5:], form[name], form.get(f"why_{name[5:]}", ""))
            for name in form
            if name.startswith("mark_")
        ],
    )
    base.execute("COMMIT")
    return jsonify(saved_at="11:00:00", revision=len(before))


@app.post("/send/<int:application>")
def send(application: int) -> Response:
    upload = request.files["file"]
    temporary, digest, size = FOLDER / secrets.token_hex(16), hashlib.sha256(), 0
    with temporary.open("wb") as file:
        while chunk := upload.stream.read(1 << 16):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    sha256 = digest.hexdigest()
    temporary.replace(FOLDER / sha256)
    _sent(application, sha256, size, upload.filename or "", request.form["answers"])
    return redirect(f"/sent/{application}")


def _sent(application: int, sha256: str, size: int, name: str, answers: str) -> None:
    base, now = _database(), "2027-02-01 11:00:00.000000"
    content = hashlib.sha256((answers + sha256).encode()).hexdigest()
    base.execute("BEGIN IMMEDIATE")
    base.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", (sha256, size))
    base.execute("INSERT INTO attachments (application, sha256, name) VALUES (?, ?, ?)", (application, sha256, name))
    base.execute(
        "INSERT INTO submissions (application, answers, hash, sent) VALUES (?, ?, ?, ?)",
        (application, answers, content, now),
    )
    base.execute(
        "INSERT OR REPLACE INTO applications VALUES (?, ?, ?, ?, 'lubelskie', 'submitted', 300000, ?)",
        (application, f"SE-2027-{application:05}", "Biblioteka nocnych marków", "Biblioteka w Zalesiu", now),
    )
    last = base.execute("SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1").fetchone() or (0, "")
    for sequence, verb in enumerate(("attach", "submit"), last[0] + 1):
        told = hashlib.sha256(f"{last[1]}{sequence}{verb}{content}".encode()).hexdigest()
        base.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?)", (sequence, verb, f"application:{application}", content, told)
        )
    for kind in ("receipt", "application", "letter"):
        base.execute("INSERT INTO outbox (kind, subject, due) VALUES (?, ?, ?)", (kind, str(application), now))
    base.execute("COMMIT")


@app.get("/list")
def listed() -> str:
    base = _database()
    counts = base.execute("SELECT status, count(*) FROM applications GROUP BY status").fetchall()
    rows = base.execute(
        "SELECT number, title || ', ' || applicant, voivodeship, status, ask FROM applications ORDER BY number LIMIT ?",
        (ROWS,),
    ).fetchall()
    return render_template_string(FRAME, title="Wnioski", rows=rows, all=sum(count for _status, count in counts))


@app.get("/ranking")
def ranking() -> str:
    rows: list[Any] = (
        _database()
        .execute(
            """SELECT a.number, a.title || ', ' || a.applicant || ', ' || a.voivodeship, round(avg(t.total), 2),
            group_concat(t.total, ' · '), 'dotacja', a.ask, a.ask, sum(a.ask) OVER (ORDER BY avg(t.total) DESC)
        FROM (SELECT application, juror, sum(CAST(score AS REAL) * 2) AS total FROM marks GROUP BY application, juror) t
        JOIN applications a ON a.id = t.application
        GROUP BY a.id ORDER BY avg(t.total) DESC, a.number LIMIT ?""",
            (ROWS,),
        )
        .fetchall()
    )
    return render_template_string(FRAME, title="Ranking", rows=rows, all=len(rows))


@app.get("/zdrowie")
def health() -> str:
    return "ok"
