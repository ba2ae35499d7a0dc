"""What staff and jurors said: where each application stands, the formal check, impartiality, the cards."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from strefa.cli.invariants.told import Told, last_told
from strefa.contest.applications.models import Application
from strefa.contest.jury.models import Assignment, CardStatus, ImpartialityDeclaration, JuryMember, ScoreCard
from strefa.contest.jury.queries import marks_of, rubric_of
from strefa.contest.people.models import Membership, Person
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening.models import FormalCheck, FormalVerdict
from strefa.infra.database import db
from strefa.infra.journal import Entry
from strefa.outputs.names import named
from strefa.rules.lifecycle import Status
from strefa.rules.ranking import rounded

LEADS_TO = {
    "submit": Status.SUBMITTED, "reopen": Status.REOPENED, "withdraw": Status.WITHDRAWN,
    "take_back_formal_check": Status.SUBMITTED, "request_corrections": Status.CORRECTING,
    "extend_corrections": Status.CORRECTING, "send_corrections": Status.CORRECTED,
    "cancel_corrections": Status.SUBMITTED, "leave_unconsidered": Status.UNCONSIDERED,
}  # fmt: skip


def statuses() -> Iterator[str]:
    """Stany: każdy wniosek stoi tam, dokąd doprowadził go ostatni krok z dziennika."""
    steps, sent = last_told(*LEADS_TO, "decide_formally"), last_told("submit", "send_corrections")
    for public_id, number, title, status in db.session.execute(
        select(Application.public_id, Application.number, Application.title, Application.status)
    ):
        if status is not _led_to(steps.get(public_id), sent.get(public_id)):
            yield f"wniosek {number or f'„{title}”'}: w bazie „{named(status)}”, a dziennik mówi co innego"


def _led_to(step: Told | None, sent: Told | None) -> Status:
    if step is None:
        return Status.DRAFT
    if step.verb == "decide_formally":
        return Status.ELIGIBLE if step.details["passed"] else Status.INELIGIBLE
    if step.verb in {"take_back_formal_check", "cancel_corrections"} and sent and sent.verb == "send_corrections":
        return Status.CORRECTED  # back to how it was sent last
    return LEADS_TO[step.verb]


def formal_checks() -> Iterator[str]:
    """Ocena formalna: stan wniosku i oceny kryteriów zgadzają się z wynikiem z dziennika."""
    last, decided = (
        last_told("decide_formally", "take_back_formal_check"),
        last_told("decide_formally", "propose_formal_check"),
    )
    failed: dict[int, dict[str, str]] = {}
    for verdict in db.session.scalars(select(FormalVerdict).where(FormalVerdict.passed.is_(False))):
        failed.setdefault(verdict.application_id, {})[verdict.criterion] = verdict.reason
    statement = select(Application, FormalCheck.passed).outerjoin(
        FormalCheck, FormalCheck.application_id == Application.id
    )
    judged = {Status.ELIGIBLE: True, Status.INELIGIBLE: False}
    for application, passed in db.session.execute(statement):
        about = f"wniosek {application.number}"
        step, checked = last.get(application.public_id), decided.get(application.public_id)
        if application.status in judged and passed is not judged[application.status]:
            yield f"{about}: w bazie „{named(application.status)}”, a ocena formalna mówi co innego"
        elif passed is not (step.details.get("passed") if step else None):
            yield f"{about}: wynik oceny formalnej nie jest ten z dziennika"
        if failed.get(application.id, {}) != (checked.details["failed"] if checked else {}):
            yield f"{about}: niespełnione kryteria formalne nie są te z dziennika"


def no_card_in_conflict() -> Iterator[str]:
    """Bezstronność: liczą się karty osób z jury, z deklaracją, nie z organizacji wnioskodawcy w chwili przydziału."""
    said = (ImpartialityDeclaration.application_id == Assignment.application_id) & (
        ImpartialityDeclaration.juror_id == Assignment.juror_id
    )
    member = (JuryMember.round_id == Assignment.round_id) & (JuryMember.person_id == Assignment.juror_id)
    own = select(Membership.id).where(  # nothing keeps a juror from joining an applicant once she has the application
        Membership.person_id == Assignment.juror_id,
        Membership.organisation_id == Application.organisation_id,
        Membership.created_at <= Assignment.created_at,
    )
    statement = (
        select(Application.number, ImpartialityDeclaration.impartial, JuryMember.id, own.exists())
        .select_from(ScoreCard)
        .join(Assignment, Assignment.id == ScoreCard.assignment_id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(ImpartialityDeclaration, said)
        .outerjoin(JuryMember, member)
        .where(ScoreCard.status == CardStatus.SUBMITTED, Assignment.ended_at.is_(None))
    )
    for number, impartial, member_id, applies in db.session.execute(statement):
        if not impartial:
            yield f"wniosek {number}: liczy się karta bez deklaracji bezstronności"
        if member_id is None:
            yield f"wniosek {number}: liczy się karta kogoś spoza jury"
        if applies:
            yield f"wniosek {number}: liczy się karta kogoś z organizacji wnioskodawcy"


def none_from_own_voivodeship() -> Iterator[str]:
    """Województwa: gdy edycja tego zabrania, nikt nie dostał do oceny wniosku ze swojego województwa."""
    forbidding = {
        round_.id
        for round_ in db.session.scalars(select(Round))
        if template_of(round_).scoring.jury.own_voivodeship_excluded
    }
    member = (JuryMember.round_id == Assignment.round_id) & (JuryMember.person_id == Assignment.juror_id)
    statement = (
        select(Application.number, Assignment.round_id, Application.voivodeship)
        .join(Assignment, Assignment.application_id == Application.id)
        .join(JuryMember, member)
        .join(Person, Person.id == Assignment.juror_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.ended_at.is_(None), Application.status == Status.ELIGIBLE, Application.voivodeship != "",
            JuryMember.voivodeship == Application.voivodeship, ~_changed_since(),
        )
    )  # fmt: skip
    for number, round_id, voivodeship in db.session.execute(statement):
        if round_id in forbidding:
            yield f"wniosek {number}: ocenia go ktoś z tego samego województwa ({voivodeship})"


def _changed_since() -> ColumnElement[bool]:
    """Tell that what an assignment was judged by may have been different: nothing keeps how it stood then.

    The juror came onto the panel once more, the application was sent again, or the round's rules were not frozen yet
    and its file was loaded anew.
    """
    loose = or_(Round.rules_frozen_at.is_(None), Entry.at <= Round.rules_frozen_at)
    entries = select(Entry.sequence).where(
        Entry.round_id == Assignment.round_id,
        Entry.at > Assignment.created_at,
        or_(
            and_(Entry.verb == "join_panel", Entry.subject == "person:" + Person.public_id),
            and_(Entry.verb == "submit", Entry.subject == "application:" + Application.public_id),
            and_(Entry.verb == "load_round", loose),
        ),
    )
    return entries.correlate(Assignment, Application, Person, Round).exists()


def cards_whole() -> Iterator[str]:
    """Karty: złożona ma ocenę w każdym kryterium, na jego skali."""
    for card, number in _submitted_cards():
        marks = marks_of(card)
        for criterion in rubric_of(card.rubric_version).criteria:
            mark = marks.get(criterion.key)
            if mark is None or criterion.flaw(mark):
                yield f"wniosek {number}: karta ma kryterium {criterion.key} bez oceny na skali"


def cards_as_recorded() -> Iterator[str]:
    """Złożone karty: są te i tylko te, o których mówi dziennik, z tą samą sumą punktów."""
    submitted = {
        key: entry for key, entry in last_told("submit_card", "reopen_card").items() if entry.verb == "submit_card"
    }
    for card, number in _submitted_cards():
        entry = submitted.pop(card.assignment.public_id, None)
        if entry is None or card.submitted_at != entry.at:
            yield f"wniosek {number}: jest złożona karta, której dziennik nie zna"
        elif _points(card) != entry.details["points"]:
            yield f"wniosek {number}: karta daje {_points(card)} pkt, a przy złożeniu dała {entry.details['points']}"
    for entry in submitted.values():
        yield f"wniosek {entry.details['application']}: nie ma karty, o której złożeniu mówi dziennik"


def _submitted_cards() -> Iterator[tuple[ScoreCard, str]]:
    statement = (
        select(ScoreCard, Application.number)
        .join(Assignment, Assignment.id == ScoreCard.assignment_id)
        .join(Application, Application.id == Assignment.application_id)
        .options(joinedload(ScoreCard.rubric_version), joinedload(ScoreCard.assignment), selectinload(ScoreCard.marks))
        .where(ScoreCard.status == CardStatus.SUBMITTED)
        .order_by(ScoreCard.id)
    )
    for card, number in db.session.execute(statement):
        yield card, number or ""


def _points(card: ScoreCard) -> str:
    """Return what a card gives, as the journal writes it; "?" when a mark is missing or off its scale."""
    try:
        return str(rounded(rubric_of(card.rubric_version).points(marks_of(card))))
    except ValueError:
        return "?"
