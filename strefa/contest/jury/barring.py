"""Who sits on the jury and oversees it as well: what impartiality keeps from her in the office, too."""

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from strefa.contest.applications.models import Application
from strefa.contest.jury.models import Assignment, ImpartialityDeclaration
from strefa.contest.people.models import Person
from strefa.infra.database import db
from strefa.rules.policy import Role


def barred_ids(viewer: Person, round_id: int) -> frozenset[int]:
    """Return the applications of a round that the viewer must not see: recused, or given to her and not declared on.

    Programme staff run the contest and check every application, so nothing is kept from them.
    """
    roles = viewer.roles_in(round_id)
    if Role.JUROR not in roles or Role.COORDINATOR in roles:
        return frozenset()
    said = aliased(ImpartialityDeclaration)
    rows = db.session.scalars(
        select(Application.id)
        .outerjoin(said, and_(said.application_id == Application.id, said.juror_id == viewer.id))
        .outerjoin(
            Assignment,
            and_(
                Assignment.application_id == Application.id,
                Assignment.juror_id == viewer.id,
                Assignment.ended_at.is_(None),
            ),
        )
        .where(
            Application.round_id == round_id,
            said.impartial.is_(False) | (said.id.is_(None) & Assignment.id.is_not(None)),
        )
    )
    return frozenset(rows)
