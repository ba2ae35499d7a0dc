"""A published round with everything that builders leave out: answers, papers asked for, and the journal's entries."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from strefa.contest.applications.columns import content_hash
from strefa.contest.applications.models import Application, Submission
from strefa.contest.jury.models import Assignment, JuryMember, ScoreCard
from strefa.contest.jury.queries import marks_of, rubric_of
from strefa.contest.people.models import Person
from strefa.contest.rounds import actions as rounds
from strefa.contest.rounds import template_file
from strefa.contest.rounds.models import FormVersion
from strefa.contest.screening.models import FormalCheck, FormalVerdict
from strefa.infra import jobs
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.lifecycle import Status
from strefa.rules.ranking import rounded
from tests import world
from tests.decided import a_decided_round


def a_recorded_round(*, published: bool = True) -> None:
    """Play the small round to its decisions, as if each step before them had been an action, too."""
    source = template_file.shipped("strefa-eksperymentu").replace("pool: 60000.00", "pool: 34000.00")
    rounds.load(template_file.load(source), source, actor=None, now=world.NOON)
    db.session.commit()
    a_decided_round(published=published).round.last_number = 9999
    nobodys = update(JuryMember).where(JuryMember.voivodeship == "mazowieckie")
    db.session.execute(nobodys.values(voivodeship="kujawsko-pomorskie"))  # nobody applies from there
    statement = select(Application).options(selectinload(Application.submissions).joinedload(Submission.sent_by))
    for application in db.session.scalars(statement.order_by(Application.id)).all():
        _sent(application)
        _checked(application)
    for card in db.session.scalars(
        select(ScoreCard).options(
            joinedload(ScoreCard.rubric_version),
            selectinload(ScoreCard.marks),
            joinedload(ScoreCard.assignment).options(joinedload(Assignment.application), joinedload(Assignment.juror)),
        )
    ):
        _handed_in(card)
    db.session.commit()
    db.session.remove()


def _sent(application: Application) -> None:
    form_hash = db.session.get_one(FormVersion, application.form_version_id).sha256
    for submission in application.submissions:
        submission.answers = submission.answers | _answers(application) | contact(submission.sent_by)
        submission.content_hash = content_hash(form_hash, submission.answers, submission.attachments)
        jobs.ask("document", f"receipt:{submission.id}", now=world.NOON)
        _told(
            "submit", application, submission.sent_by, number=application.number, version=submission.version,
            content_hash=submission.content_hash,
        )  # fmt: skip


def contact(person: Person) -> dict[str, str]:
    """Return the answers that name whom to ask about an application."""
    return {"a9_contact": person.name, "a9_email": person.email, "a9_phone": f"+48 600 100 {person.id:03}"}


def _answers(application: Application) -> dict[str, Any]:
    """Return the answers that the columns of an application were read from."""
    assert application.ask is not None
    less = application.accepts_from
    return {
        "a0_track": application.category,
        "a1_name": application.applicant_name,
        "a6_voivodeship": application.voivodeship,
        "a6_teryt": application.teryt,
        "a6_population": str(application.population),
        "b1_title": application.title,
        "g1_budget": [{"group": "salaries", "grant": f"{application.ask // 100},{application.ask % 100:02}"}],
        "g3_less": "yes" if less else "no",
        "g3_from": str(less // 100) if less else "",
    }


def _checked(application: Application) -> None:
    by = application.submissions[-1].sent_by
    if application.status is Status.WITHDRAWN:
        _told("withdraw", application, by, reason="Wracamy za rok.")
        return
    passed = application.status is Status.ELIGIBLE
    if passed:
        db.session.add(FormalCheck(application_id=application.id, passed=True, decided_at=world.NOON))
    failed = select(FormalVerdict).where(
        FormalVerdict.application_id == application.id, FormalVerdict.passed.is_(False)
    )
    reasons = {verdict.criterion: verdict.reason for verdict in db.session.scalars(failed)}
    _told("decide_formally", application, by, passed=passed, failed=reasons)


def _told(verb: str, application: Application, by: Person, **details: Any) -> None:
    subject = f"application:{application.public_id}"
    record(verb, subject, actor=by, now=world.NOON, round_id=application.round_id, **details)


def _handed_in(card: ScoreCard) -> None:
    points = rubric_of(card.rubric_version).points(marks_of(card))
    one = card.assignment
    record(
        "submit_card", f"assignment:{one.public_id}", actor=one.juror, now=world.NOON, round_id=one.round_id,
        application=one.application.number, points=str(rounded(points)),
    )  # fmt: skip
