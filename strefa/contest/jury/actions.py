"""What happens in the jury: somebody joins the panel of a round."""

from datetime import datetime

from sqlalchemy import select

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import JuryMember
from strefa.contest.people.models import Membership, Person
from strefa.infra.database import db
from strefa.infra.journal import record
from strefa.rules.refusal import Blocker, Reason, Refused


def blockers_to_join(round_id: int, person: Person) -> list[Blocker]:
    """List what keeps somebody from judging in a round: who applies in it cannot be its juror."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    applied = select(Application.id).where(Application.round_id == round_id, Application.organisation_id.in_(mine))
    return [Blocker(Reason.APPLICANT_CANNOT_JUDGE)] if db.session.scalar(applied.limit(1)) else []


def join_panel(
    round_id: int, person: Person, background: str, voivodeship: str = "", affiliation: str = "", *,
    actor: Person | None, now: datetime,
) -> JuryMember:  # fmt: skip
    """Put a juror on the panel of a round, with what assignment asks about her; coming back keeps her place.

    Args:
        background: "librarian" or "other": pairs are mixed.

    Raises:
        Refused: she belongs to an organisation that applies in the round.
    """
    if blockers := blockers_to_join(round_id, person):
        raise Refused(*blockers)
    member = db.session.scalar(
        select(JuryMember).where(JuryMember.round_id == round_id, JuryMember.person_id == person.id)
    )
    if member is None:
        member = JuryMember(round_id=round_id, person_id=person.id, joined_at=now)
        db.session.add(member)
    member.background, member.voivodeship = background or "other", voivodeship
    member.affiliation, member.left_at = affiliation[:200], None
    record("join_panel", f"person:{person.public_id}", actor=actor, now=now, round_id=round_id, background=background)
    return member
