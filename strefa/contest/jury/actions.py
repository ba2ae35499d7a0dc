"""What happens in the jury: joining the panel, declaring, scoring, submitting, reopening."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from strefa.contest.applications.models import Application
from strefa.contest.applications.queries import STANDS
from strefa.contest.jury import assigning_actions, queries
from strefa.contest.jury.models import (
    Assignment,
    AssignmentKind,
    CardHistory,
    CardStatus,
    ImpartialityDeclaration,
    JuryMember,
    Mark,
    ScoreCard,
)
from strefa.contest.people.models import Membership, Person
from strefa.contest.rounds import actions as rounds
from strefa.contest.rounds.queries import blockers_to_change, template_of
from strefa.infra import messages
from strefa.infra.database import add_at_once, db, write_at_once
from strefa.infra.journal import record
from strefa.rules.conflicts import Relation
from strefa.rules.divergence import Trigger, triggers
from strefa.rules.lifecycle import Status
from strefa.rules.own_words import blockers_of_words
from strefa.rules.ranking import rounded
from strefa.rules.refusal import Blocker, Reason, Refused
from strefa.rules.text import normalised

LEAST_REASON = 10  # characters of why a card is opened again or a juror leaves


def blockers_to_join(round_id: int, person: Person) -> list[Blocker]:
    """List what keeps somebody from judging in a round: who applies in it cannot be its juror."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    here = Application.round_id == round_id, Application.organisation_id.in_(mine), STANDS
    applied = select(Application.id).where(*here)
    return [Blocker(Reason.APPLICANT_CANNOT_JUDGE)] if db.session.scalar(applied.limit(1)) else []


def join_panel(
    round_id: int, person: Person, background: str, voivodeship: str = "", affiliation: str = "",
    commune: str | None = None, *, actor: Person | None, now: datetime,
) -> JuryMember:  # fmt: skip
    """Put a juror on the panel of a round, with what assignment asks about her; coming back keeps her place.

    Args:
        background: "librarian" or "other": pairs are mixed.
        commune: TERYT of where she lives or works.

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
    member.affiliation, member.commune, member.left_at = affiliation[:200], commune, None
    record("join_panel", f"person:{person.public_id}", actor=actor, now=now, round_id=round_id, background=background)
    return member


def declare(
    assignment: Assignment, impartial: bool | None, relation: str = "", note: str = "", *, actor: Person, now: datetime
) -> None:
    """Say whether a juror can judge an application fairly: before its text opens, or later when she finds out.

    Somebody who cannot is replaced at once, by the same background if possible, and sees nothing
    of the application from then on.

    Args:
        relation: a key of `Relation`, when she cannot.

    Raises:
        Refused: nothing is said, no relation is named, or decisions stand.
    """
    if blockers := _blockers_to_declare(assignment, impartial, relation):
        raise Refused(*blockers)
    said = assignment.declaration
    if said is None:
        said = ImpartialityDeclaration(application_id=assignment.application_id, juror_id=assignment.juror_id)
        db.session.add(said)
    said.impartial, said.ground, said.note, said.declared_at = bool(impartial), relation, note.strip(), now
    _recorded("declare_impartiality" if impartial else "recuse", assignment, actor, now, relation=relation)
    if not impartial:
        _replaced(assignment, actor, now)


def _blockers_to_declare(assignment: Assignment, impartial: bool | None, relation: str) -> list[Blocker]:
    if impartial is None:
        return [Blocker(Reason.IMPARTIALITY_NOT_SAID, "impartial")]
    if impartial and assignment.declaration is not None:
        return [Blocker(Reason.ALREADY_DECLARED)]
    if not impartial and relation not in set(Relation):
        return [Blocker(Reason.RELATION_NOT_NAMED, "relation")]
    return blockers_to_change(assignment.application.round)


def _replaced(assignment: Assignment, actor: Person, now: datetime) -> None:
    """End an assignment by recusal and give the application somebody else."""
    assignment.ended_at, assignment.ended_because = now, "recusal"
    background = db.session.scalar(
        select(JuryMember.background).where(
            JuryMember.round_id == assignment.round_id, JuryMember.person_id == assignment.juror_id
        )
    )
    third = assignment.kind is AssignmentKind.THIRD
    application = assignment.application
    assigning_actions.add_juror(
        application, application.round, AssignmentKind.THIRD if third else AssignmentKind.REPLACEMENT,
        background="" if third else background or "", actor=None, now=now, instead_of=assignment.public_id,
    )  # fmt: skip


def save_card(
    assignment: Assignment,
    marks: Mapping[str, str],
    justifications: Mapping[str, str],
    *,
    revision: int,
    actor: Person,
    now: datetime,
) -> list[Blocker]:
    """Keep a card as far as it is written; what is missing or short never refuses it.

    A mark that its scale does not have is left out, the one before it stays, and everything else is
    kept. History rows keep what was there before; the journal is not written (this runs while people type).

    Args:
        marks: criterion to mark as typed, "3,5"; blank takes the mark away.
        revision: the one the juror saw. When the card was saved since, the later save is refused
            instead of burying the earlier one; saving the same again changes nothing.

    Returns:
        What is wrong with marks that were left out.

    Raises:
        Refused: the card is submitted, decisions stand, she belongs to the applicant by now, or CHANGED_MEANWHILE.
    """
    if blockers := _blockers_to_write(assignment, actor):
        raise Refused(*blockers)
    card = assignment.card
    wanted, flaws = _wanted(assignment, marks, justifications)
    kept = {mark.criterion: (mark.score, mark.justification) for mark in card.marks} if card else {}
    changed = {key: said for key, said in wanted.items() if said != kept.get(key, (None, ""))}
    if not changed:
        return flaws
    if revision != (card.revision if card else 0):
        raise Refused(Blocker(Reason.CHANGED_MEANWHILE))
    round_ = assignment.application.round
    if card is None:
        if round_.rules_frozen_at is None:
            rounds.freeze_rules(round_, actor=actor, now=now)
        card = ScoreCard(rubric_version_id=round_.rubric_version_id, status=CardStatus.DRAFT, revision=0, marks=[])
        card.rubric_version = queries.rubric_version(assignment)
        assignment.card = card
    else:
        _remembered(card, kept)
    _write(card, changed)
    write_at_once((card, {"revision": card.revision + 1, "saved_at": now}))
    return flaws


def _wanted(
    assignment: Assignment, marks: Mapping[str, str], justifications: Mapping[str, str]
) -> tuple[dict[str, tuple[Decimal | None, str]], list[Blocker]]:
    """Return what each criterion should say, and the flaws of marks that cannot be kept."""
    known, said = queries.marks_of(assignment.card), queries.justifications_of(assignment.card)
    wanted: dict[str, tuple[Decimal | None, str]] = {}
    flaws: list[Blocker] = []
    for criterion in queries.rubric_of(queries.rubric_version(assignment)).criteria:
        mark = known.get(criterion.key)
        try:
            mark = criterion.read(marks[criterion.key]) if criterion.key in marks else mark
        except Refused as refused:
            flaws += refused.blockers
        text = justifications.get(criterion.key, said.get(criterion.key, ""))
        wanted[criterion.key] = (mark, normalised(text))
    return wanted, flaws


def _remembered(card: ScoreCard, kept: Mapping[str, tuple[Decimal | None, str]]) -> None:
    marks = {key: ["" if score is None else f"{score:f}", text] for key, (score, text) in kept.items()}
    add_at_once(CardHistory, card_id=card.id, revision=card.revision, marks=marks, saved_at=card.saved_at)


def _write(card: ScoreCard, changed: Mapping[str, tuple[Decimal | None, str]]) -> None:
    rows = {mark.criterion: mark for mark in card.marks}
    said = {key: {"score": score, "justification": text} for key, (score, text) in changed.items()}
    card.marks += [Mark(criterion=key, **values) for key, values in said.items() if key not in rows]
    write_at_once(*((rows[key], values) for key, values in said.items() if key in rows))


def _blockers_to_write(assignment: Assignment, juror: Person) -> list[Blocker]:
    submitted = assignment.card is not None and assignment.card.status is CardStatus.SUBMITTED
    settled = blockers_to_change(assignment.application.round)
    joined = juror.role_in_organisation(assignment.application.organisation_id)  # since she was given the application
    own = [Blocker(Reason.OWN_APPLICANT)] if joined else []
    return [*([Blocker(Reason.CARD_SUBMITTED)] if submitted else own), *settled]


def blockers_to_submit(assignment: Assignment, juror: Person) -> list[Blocker]:
    """List all that stands between a card and being submitted, in the order of the card."""
    rubric = queries.rubric_of(queries.rubric_version(assignment))
    missing = rubric.blockers(queries.marks_of(assignment.card), queries.justifications_of(assignment.card))
    return _blockers_to_write(assignment, juror) + missing


def submit_card(assignment: Assignment, *, actor: Person, now: datetime) -> None:
    """Hand a card in: from now on it counts, and is locked. A divergence calls a third juror at once.

    Submitting what is submitted (a double click, a second tab) changes nothing.

    Raises:
        Refused: a mark or a justification is missing, decisions stand, or she belongs to the applicant; all reasons.
    """
    card = assignment.card
    if card is not None and card.status is CardStatus.SUBMITTED:
        return
    if blockers := blockers_to_submit(assignment, actor):
        raise Refused(*blockers)
    assert card is not None  # a card with all its marks has been saved
    card.status, card.submitted_at = CardStatus.SUBMITTED, now
    db.session.flush()
    total = queries.rubric_of(card.rubric_version).points(queries.marks_of(card))
    _recorded("submit_card", assignment, actor, now, points=str(rounded(total)))
    _call_third(assignment.application, now)


def _call_third(application: Application, now: datetime, actor: Person | None = None) -> Assignment | None:
    """Call a third juror when all the ordinary cards are in and differ too much; one is enough."""
    found, difference = _divergence(application)
    if not found:
        return None
    return assigning_actions.add_juror(
        application, application.round, AssignmentKind.THIRD, actor=actor, now=now,
        because=[trigger.value for trigger in found], difference=str(rounded(difference)),
    )  # fmt: skip


def _divergence(application: Application) -> tuple[tuple[Trigger, ...], Fraction]:
    """Return why a third opinion is due, nothing when it is not or is called already, and how far the cards are apart."""
    scoring = template_of(application.round).scoring
    totals, thirds = queries.totals_of(application.id)
    if application.status is not Status.ELIGIBLE or thirds or len(totals) < scoring.jury.cards:
        return (), Fraction(0)
    return triggers(totals, scoring.divergence, Fraction(scoring.ranking.threshold)), max(totals) - min(totals)


def call_third(application: Application, *, actor: Person, now: datetime) -> None:
    """Look once more for a third juror: nobody could be found before, and the panel may have changed since.

    Raises:
        Refused: no third opinion is due, or still nobody may take the application.
    """
    if not _divergence(application)[0]:
        raise Refused(Blocker(Reason.THIRD_NOT_DUE))
    if _call_third(application, now, actor) is None:
        raise Refused(Blocker(Reason.NOBODY_FOR_THIRD))


def reopen_card(assignment: Assignment, reason: str, *, actor: Person, now: datetime) -> None:
    """Let a juror change a submitted card; until she submits it again it does not count. She gets a letter.

    Raises:
        Refused: it is not submitted, its juror has left the application, the reason tells nobody anything,
            or decisions stand.
    """
    card = assignment.card
    blockers = blockers_to_change(assignment.application.round)
    if assignment.ended_at is not None:
        blockers.append(Blocker(Reason.ASSIGNMENT_ENDED))
    elif card is None or card.status is not CardStatus.SUBMITTED:
        blockers.append(Blocker(Reason.CARD_NOT_SUBMITTED))
    blockers += blockers_of_words(reason, least=LEAST_REASON)
    if blockers or card is None:
        raise Refused(*blockers)
    card.status, card.submitted_at, card.reopened_reason = CardStatus.DRAFT, None, reason.strip()
    application = assignment.application
    _recorded("reopen_card", assignment, actor, now, reason=reason.strip())
    messages.queue(
        "card_reopened", assignment.juror, now=now, round_id=assignment.round_id, number=application.number,
        assignment=assignment.public_id, reason=reason.strip(),
    )  # fmt: skip


def leave_panel(member: JuryMember, reason: str, *, actor: Person, now: datetime) -> int:
    """Take a juror off the panel: her submitted cards count on, the rest of her work waits for a new assignment.

    Returns:
        How many of her assignments ended.

    Raises:
        Refused: the reason tells nobody anything.
    """
    if blockers := blockers_of_words(reason, least=LEAST_REASON):
        raise Refused(*blockers)
    member.left_at = now
    unfinished = db.session.scalars(
        select(Assignment)
        .outerjoin(ScoreCard, ScoreCard.assignment_id == Assignment.id)
        .where(
            Assignment.round_id == member.round_id,
            Assignment.juror_id == member.person_id,
            Assignment.ended_at.is_(None),
            func.coalesce(ScoreCard.status, CardStatus.DRAFT) != CardStatus.SUBMITTED,
        )
    ).all()
    for assignment in unfinished:
        assignment.ended_at, assignment.ended_because = now, "left"
    record(
        "leave_panel", f"person:{member.person.public_id}", actor=actor, now=now, round_id=member.round_id,
        reason=reason.strip(), ended=len(unfinished),
    )  # fmt: skip
    return len(unfinished)


def _recorded(verb: str, assignment: Assignment, actor: Person, now: datetime, **details: Any) -> None:
    subject = f"assignment:{assignment.public_id}"
    number = assignment.application.number
    record(verb, subject, actor=actor, now=now, round_id=assignment.round_id, application=number, **details)
