"""`strefa check` against what the journal recorded and what can be computed anew; and what legal steps leave alone."""

import hashlib
import json
from typing import Any

import pytest
from pikepdf import Pdf
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from strefa.cli import check
from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions.models import Ranking
from strefa.infra.files import Document, StoredFile, path_of
from strefa.rules.record import canonical
from tests import world
from tests.cli.test_check import SPOILED, names

FUNDED = "(SELECT min(application_id) FROM decisions WHERE outcome = 'funded')"
RESERVE = "(SELECT min(id) FROM decisions WHERE outcome = 'reserve')"
CARD = "(SELECT min(id) FROM score_cards)"
OF_CARD = f"card_id = {CARD} AND criterion = (SELECT min(criterion) FROM marks WHERE card_id = {CARD})"
CHANGES = [
    (f"UPDATE marks SET score = '3.5' WHERE {OF_CARD}", {"cards_as_recorded", "cards_as_frozen"}),
    ("UPDATE rounds SET closes_at = '2027-02-20 12:00:00'", {"rounds_as_loaded"}),
    ("UPDATE rounds SET pool = pool + 100", {"rounds_as_loaded"}),
    ("UPDATE rounds SET source = replace(source, 'pool: 34000.00', 'pool: 35000.00')", {"rounds_as_loaded"}),
    ("UPDATE rounds SET rubric_version_id = NULL", {"rounds_as_loaded"}),
    (f"UPDATE applications SET ask = ask + 1 WHERE id = {FUNDED}", {"listed_as_sent", "awards"}),
    (f"UPDATE applications SET number = 'SE-2027-9998' WHERE id = {FUNDED}",
     {"numbers", "decisions_follow_ranking", "cards_as_frozen"}),
    (f"UPDATE applications SET status = 'withdrawn' WHERE id = {FUNDED}", {"statuses", "published_decisions_stand"}),
    (f"UPDATE applications SET correct_by = '2027-02-20 12:00:00' WHERE id = {FUNDED}", {"corrections"}),
    ("UPDATE formal_verdicts SET passed = TRUE, reason = ''", {"formal_checks"}),
    ("UPDATE formal_verdicts SET passed = FALSE, reason = 'branch' WHERE criterion = 'F5'", {"formal_checks"}),
    (f"UPDATE decisions SET outcome = 'refused' WHERE id = {RESERVE}", {"decisions_follow_ranking"}),
    (f"UPDATE decisions SET reason = 'award_whole' WHERE id = {RESERVE}", {"decisions_follow_ranking"}),
    (f"DELETE FROM decisions WHERE id = {RESERVE}", {"decisions_follow_ranking"}),
    ("UPDATE rankings SET rules_hash = 'x'", {"rankings"}),
]  # fmt: skip
"""What somebody with the database in hand might change, and under which names it is found."""


@pytest.mark.parametrize(("statement", "found"), CHANGES)
def test_what_is_changed_behind_the_journals_back_is_found(data: Session, statement: str, found: set[str]) -> None:
    data.execute(text(statement))
    data.expire_all()
    lines = check.broken()
    assert names(lines) == found
    assert not [line for line in lines if "None" in line or "<" in line]


def test_a_deleted_card_is_missed_by_the_number_of_its_application(data: Session) -> None:
    number = data.scalar(
        text("SELECT number FROM applications WHERE id = (SELECT application_id FROM assignments WHERE id = "
             f"(SELECT assignment_id FROM score_cards WHERE id = {CARD}))")
    )  # fmt: skip
    card = data.scalar(text(f"SELECT {CARD}"))
    for table, column in (("marks", "card_id"), ("score_cards", "id")):
        data.execute(text(f"DELETE FROM {table} WHERE {column} = :card"), {"card": card})
    assert check.broken() == [
        f"cards_as_recorded: wniosek {number}: nie ma karty, o której złożeniu mówi dziennik",
        f"cards_as_frozen: wniosek {number}: karta (Ekspert 1) nie jest ta, na której zapadły decyzje",
    ]


def test_a_deleted_version_is_missed(data: Session) -> None:
    data.execute(text("DELETE FROM submissions WHERE id = (SELECT max(id) FROM submissions)"))
    assert any("nie ma wersji 1, o której mówi dziennik" in line for line in check.broken())


@pytest.mark.parametrize("part", ["result", "inputs"])
def test_a_ranking_rewritten_with_its_hashes_is_found(data: Session, part: str) -> None:
    ranking = data.scalars(select(Ranking)).one()
    changed: dict[str, Any] = json.loads(json.dumps(getattr(ranking, part)))
    if part == "result":
        changed["ranking"][0]["points"] = "99"
        ranking.result, ranking.result_hash = changed, _hash(changed)
    else:
        changed["cards"][0]["marks"]["novelty"] = "1"
        ranking.inputs, ranking.input_hash = changed, _hash({k: v for k, v in changed.items() if k != "rules"})
    data.commit()
    lines = check.broken()
    assert "rankings" in names(lines)
    assert any(line.endswith("policzony od nowa daje co innego") for line in lines)
    assert any("inny skrót niż w dzienniku" in line for line in lines)


def _hash(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def test_inputs_that_are_no_inputs_any_more_are_told_of_and_stop_nothing(data: Session) -> None:
    data.execute(text('UPDATE rankings SET inputs = \'{"rules": {}, "cards": []}\''))
    data.expire_all()
    assert any("policzony od nowa daje co innego" in line for line in check.broken())
    data.execute(text("UPDATE rankings SET result = '7'"))
    data.expire_all()
    assert names(check.broken()) >= {"rankings", "cards_as_frozen"}


@pytest.mark.parametrize("trigger", ["journal_kept", "journal_unchanged"])
def test_a_journal_that_the_database_guards_no_more_is_found(data: Session, trigger: str) -> None:
    of_table = " ON journal" if data.get_bind().dialect.name == "postgresql" else ""
    data.execute(text(f"DROP TRIGGER {trigger}{of_table}"))
    assert check.broken() == [f"journal_guarded: baza nie pilnuje już dziennika: brakuje wyzwalacza {trigger}"]


def a_paper(data: Session, submission: Submission, *, title: str, name: str = "") -> None:
    """Keep a small receipt of a version, dated as it was sent."""
    pdf = Pdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/CreationDate"] = submission.sent_at.strftime("D:%Y%m%d%H%M%SZ")
    incoming = path_of("0" * 64)
    incoming.parent.mkdir(parents=True, exist_ok=True)
    pdf.save(incoming)
    content = incoming.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    path_of(sha256).parent.mkdir(parents=True, exist_ok=True)
    incoming.rename(path_of(sha256))
    data.add(StoredFile(sha256=sha256, size=len(content), created_at=world.NOON))
    data.flush()
    data.add(
        Document(
            kind="receipt", subject=str(submission.id), name=name or f"{title}.pdf", sha256=sha256, made_at=world.NOON
        )
    )
    data.commit()


def test_receipts_that_changed_places_are_found(data: Session) -> None:
    rows = data.execute(
        select(Submission, Application.number)
        .join(Application, Application.id == Submission.application_id)
        .order_by(Submission.id)
        .limit(2)
    ).all()
    for submission, number in rows:
        a_paper(data, submission, title=f"Potwierdzenie złożenia wniosku {number}")
    assert check.broken() == []
    first, second = data.scalars(select(Document).order_by(Document.id)).all()
    first.sha256, second.sha256 = second.sha256, first.sha256
    data.commit()
    assert check.broken() == [
        f"papers_of_their_own: wniosek {number}: Potwierdzenie złożenia wniosku {number}.pdf to papier o czymś innym"
        for _submission, number in rows
    ]


def test_every_invariant_is_spoiled_by_some_test_and_has_its_sentence() -> None:
    elsewhere = {"schema", "files", "attachments", "awards", "journal_guarded", "papers_of_their_own", "pictures"}
    found = SPOILED.keys() | elsewhere | {name for _statement, names_ in CHANGES for name in names_}
    assert found == {invariant.__name__ for invariant in check.EVERY}
    assert all((invariant.__doc__ or "").endswith(".") for invariant in check.EVERY)
