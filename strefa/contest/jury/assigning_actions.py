"""Who assesses what: a plan is proposed, looked at and applied; single jurors are added when one is missing."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import DEALT_ANEW, Assignment, AssignmentKind, AssignmentPlan
from strefa.contest.jury.panel_queries import Table, table
from strefa.contest.people.models import Person
from strefa.contest.people.queries import holding
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import blockers_to_change
from strefa.infra import messages
from strefa.infra.chance import public_id
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.assignment import one_more
from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker, Reason, Refused


def blockers_to_propose(facts: Table) -> list[Blocker]:
    """List what keeps an assignment from being proposed: nobody on the panel, nothing to assess."""
    blockers = [] if any(juror.limit != 0 for juror in facts.jurors) else [Blocker(Reason.PANEL_EMPTY)]
    return blockers if facts.applications else [*blockers, Blocker(Reason.NOTHING_TO_ASSIGN)]


def propose(round_: Round, seed: int, *, anew: bool = False, actor: Person, now: datetime) -> AssignmentPlan:
    """Deal the round's applications to its jurors, to be looked at before it is applied.

    Args:
        seed: settles what the wishes leave open; kept with the plan, so that it can be repeated.
        anew: whether assignments that nobody has begun may change; without it they stay, and gaps are filled.

    Raises:
        Refused: nobody is on the panel, no application has passed the formal check, or decisions stand.
    """
    facts = table(round_)
    if blockers := [*blockers_to_change(round_), *blockers_to_propose(facts)]:
        raise Refused(*blockers)
    dealt = facts.plan(seed, anew=anew)
    plan = AssignmentPlan(
        public_id=public_id(),
        round_id=round_.id,
        seed=seed,
        pairs=[[int(application), int(juror)] for application, juror in dealt.pairs],
        shortages=[
            {
                "application": int(short.application), "missing": short.missing, "background": short.background,
                "excluded": {ground.value: count for ground, count in short.excluded.items()}, "full": short.full,
            }
            for short in dealt.shortages
        ],
        input_hash=facts.hash,
        made_at=now,
        made_by_id=actor.id,
    )  # fmt: skip
    db.session.add(plan)
    record(
        "propose_assignment", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id, plan=plan.public_id,
        seed=seed, anew=anew, pairs=len(dealt.pairs), shortages=len(dealt.shortages),
    )  # fmt: skip
    return plan


def apply(plan: AssignmentPlan, round_: Round, *, actor: Person, now: datetime) -> None:
    """Make a plan real: end what it leaves out, begin what it adds; what somebody has begun is never touched.

    Raises:
        Refused: it was applied, panel, declarations or applications changed since it was made, or decisions stand.
    """
    if blockers := blockers_to_change(round_):
        raise Refused(*blockers)
    facts = table(round_)
    if plan.applied_at is not None or facts.hash != plan.input_hash:
        raise Refused(Blocker(Reason.PLAN_STALE))
    planned = {(str(application), str(juror)) for application, juror in plan.pairs}
    ended, begun = facts.standing - planned - facts.begun, planned - facts.standing
    for assignment in _open_assignments(round_):
        if (str(assignment.application_id), str(assignment.juror_id)) in ended:
            assignment.ended_at, assignment.ended_because = now, DEALT_ANEW
    for application, juror in sorted((int(a), int(j)) for a, j in begun):
        _begun(round_.id, application, juror, AssignmentKind.FIRST, now)
    plan.applied_at = now
    _written(round_, Counter(int(juror) for _application, juror in begun), now)
    record(
        "apply_assignment", f"round:{round_.slug}", actor=actor, now=now, round_id=round_.id, plan=plan.public_id,
        begun=len(begun), ended=len(ended), kept=len(facts.standing - ended),
    )  # fmt: skip


def _open_assignments(round_: Round) -> Iterable[Assignment]:
    return db.session.scalars(
        select(Assignment).where(
            Assignment.round_id == round_.id,
            Assignment.ended_at.is_(None),
            Assignment.kind != AssignmentKind.THIRD,
        )
    )


def _begun(round_id: int, application_id: int, juror_id: int, kind: AssignmentKind, now: datetime) -> Assignment:
    assignment = Assignment(
        public_id=public_id(), round_id=round_id, application_id=application_id, juror_id=juror_id, kind=kind,
        created_at=now,
    )  # fmt: skip
    db.session.add(assignment)
    return assignment


def _written(round_: Round, counts: Counter[int], now: datetime) -> None:
    for person in db.session.scalars(select(Person).where(Person.id.in_(counts)).order_by(Person.id)):
        messages.queue(
            "assigned", person, now=now, round_id=round_.id, count=counts[person.id], round=_name(round_),
            kind=AssignmentKind.FIRST.value, number="",
        )  # fmt: skip


def add_juror(
    application: Application, round_: Round, kind: AssignmentKind, *, background: str = "", actor: Person | None,
    now: datetime, **why: Any,
) -> Assignment | None:  # fmt: skip
    """Give an application one juror more, at once: a replacement or a third one; she gets a letter.

    Nobody who has, or had, the application is asked again. When nobody may take it, staff get a letter
    instead, and the journal says so.

    Args:
        background: "librarian" or "other" when such a juror is wanted first.
        why: what the journal says about the cause.
    """
    facts = table(round_)
    had = db.session.scalars(select(Assignment.juror_id).where(Assignment.application_id == application.id))
    loads = Counter(juror for _application, juror in facts.standing | facts.thirds)
    chosen = one_more(
        facts.by_key[str(application.id)],
        facts.jurors,
        facts.rules,
        loads=loads,
        passed_over={str(juror) for juror in had},
        librarian={"librarian": True, "other": False}.get(background),
        declared=facts.declared,
    )
    subject = f"application:{application.public_id}"
    if chosen is None:
        record("lack_juror", subject, actor=actor, now=now, round_id=round_.id, kind=kind.value, **why)
        for person in holding(round_.id, Role.COORDINATOR):
            messages.queue(
                "juror_missing", person, now=now, round_id=round_.id, number=application.number, slug=round_.slug
            )
        return None
    assignment = _begun(round_.id, application.id, int(chosen), kind, now)
    juror = db.session.get_one(Person, int(chosen))
    messages.queue(
        "assigned", juror, now=now, round_id=round_.id, count=1, round=_name(round_), kind=kind.value,
        number=application.number,
    )  # fmt: skip
    record(
        "add_juror", subject, actor=actor, now=now, round_id=round_.id, kind=kind.value, juror=juror.public_id, **why
    )
    return assignment


def _name(round_: Round) -> dict[str, str]:
    return {"pl": round_.name, "en": round_.name_en}
