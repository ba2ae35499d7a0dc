"""`strefa check`: named invariants on live data. Each line that fails names the invariant and the row."""

import hashlib
from collections.abc import Callable, Iterator

import click
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from strefa import create_app
from strefa.contest.applications.columns import content_hash
from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions.models import Decision, Outcome, Proposal, Ranking
from strefa.contest.jury.models import Assignment, CardStatus, ImpartialityDeclaration, ScoreCard
from strefa.contest.rounds.actions import sha256_of
from strefa.contest.rounds.models import FormVersion, Round, RubricVersion, RuleSetVersion
from strefa.infra import migrations
from strefa.infra.database import db, reading_only
from strefa.infra.files import StoredFile, path_of
from strefa.infra.journal import verify_chain
from strefa.rules.lifecycle import SENT
from strefa.rules.record import canonical

CHUNK = 1024 * 1024


def schema() -> Iterator[str]:
    """The database has the tables that this program expects."""
    for difference in migrations.differences(db.session.connection()):
        yield str(difference)


def journal() -> Iterator[str]:
    """No entry of the journal was changed, added or taken away."""
    yield from verify_chain()


def files() -> Iterator[str]:
    """Every stored file is there and is what its hash says."""
    for row in db.session.scalars(select(StoredFile).execution_options(yield_per=500)):
        path = path_of(row.sha256)
        if not path.exists():
            yield f"file {row.sha256} is missing"
            continue
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != row.sha256 or path.stat().st_size != row.size:
            yield f"file {row.sha256} was changed"


def frozen_versions() -> Iterator[str]:
    """Frozen forms, rubrics, rule sets and round files are what their hashes say."""
    for kind in (FormVersion, RubricVersion, RuleSetVersion):
        for row in db.session.scalars(select(kind)):
            if sha256_of(row.data) != row.sha256:
                yield f"{kind.__tablename__} {row.id} was changed"
    for round_ in db.session.scalars(select(Round)):
        if sha256_of(round_.template) != round_.template_sha256:
            yield f"round {round_.slug} was changed"


def submissions() -> Iterator[str]:
    """Every sent version is what its receipt says, and every sent application has one."""
    statement = select(Submission, FormVersion.sha256).join(FormVersion, FormVersion.id == Submission.form_version_id)
    for submission, form_hash in db.session.execute(statement.execution_options(yield_per=200)):
        if content_hash(form_hash, submission.answers, submission.attachments) != submission.content_hash:
            yield f"submission {submission.id} was changed"
    counted = select(Submission.application_id)
    for number in db.session.scalars(
        select(Application.number).where(Application.status.in_(SENT), Application.id.not_in(counted))
    ):
        yield f"application {number} counts as sent, but nothing of it was"


def money_within_pool() -> Iterator[str]:
    """The awards of a proposal that stands fit into the pool of its round."""
    awarded = (Outcome.FUNDED, Outcome.PARTIAL)
    statement = (
        select(Round.slug, Round.pool, func.sum(Decision.amount))
        .join(Proposal, Proposal.round_id == Round.id)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .where(Proposal.returned_at.is_(None), Decision.outcome.in_(awarded))
        .group_by(Proposal.id, Round.slug, Round.pool)
    )
    for slug, pool, spent in db.session.execute(statement):
        if spent > pool:
            yield f"round {slug}: {spent} grosze awarded from {pool}"


def decisions_have_rankings() -> Iterator[str]:
    """Every proposal has the ranking it was made on, and that ranking is what its hash says."""
    for ranking in db.session.scalars(select(Ranking)):
        if hashlib.sha256(canonical(ranking.result).encode()).hexdigest() != ranking.result_hash:
            yield f"ranking {ranking.id} was changed"
    for decision_id in db.session.scalars(
        select(Decision.id).where(Decision.outcome.in_((Outcome.FUNDED, Outcome.PARTIAL)), Decision.amount == 0)
    ):
        yield f"decision {decision_id} awards nothing"


def no_card_in_conflict() -> Iterator[str]:
    """No card counts that a juror in conflict wrote, or one who declared nothing."""
    said = aliased(ImpartialityDeclaration)
    statement = (
        select(ScoreCard.id, said.impartial)
        .join(Assignment, Assignment.id == ScoreCard.assignment_id)
        .outerjoin(said, (said.application_id == Assignment.application_id) & (said.juror_id == Assignment.juror_id))
        .where(ScoreCard.status == CardStatus.SUBMITTED, Assignment.ended_at.is_(None))
    )
    for card_id, impartial in db.session.execute(statement):
        if not impartial:
            yield f"card {card_id} has no declaration of impartiality"


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (
    schema, journal, files, frozen_versions, submissions, money_within_pool, decisions_have_rankings,
    no_card_in_conflict,
)  # fmt: skip


def broken() -> list[str]:
    """Return every broken invariant as a line; empty when all hold."""
    return [f"{invariant.__name__}: {line}" for invariant in INVARIANTS for line in invariant()]


@click.command()
def check() -> None:
    """Sprawdź dane: łańcuch dziennika, pliki, sumy, wersje. Kod 1, gdy coś się nie zgadza."""
    with create_app().app_context(), reading_only():
        lines = broken()
    for line in lines:
        click.echo(line, err=True)
    if lines:
        raise click.exceptions.Exit(1)
    click.echo(f"Wszystko się zgadza ({len(INVARIANTS)} sprawdzeń).")
