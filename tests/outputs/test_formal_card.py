"""The card of the formal check: what the program says on it, and that it says the same whenever it is printed."""

from pathlib import Path

from sqlalchemy.orm import Session

from strefa.contest.rounds.models import FormVersion
from strefa.contest.screening.models import FormalCheck, FormalVerdict
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import decided, world
from tests.outputs.test_paper_kinds import made, subject_of, text_of


def test_a_card_printed_after_its_organisation_sent_more_and_the_form_changed_is_the_same(store: Session) -> None:
    round_ = decided.a_decided_round()
    subject = subject_of("formal_card", round_, store)
    before = made("formal_card", subject)
    failed = next(one for one in round_.applications if one.id == subject)
    other = world.an_application(Status.SUBMITTED, round_=round_.round)
    other.organisation_id = failed.organisation_id
    form = store.query(FormVersion).one()
    later = FormVersion(round_id=form.round_id, version=2, sha256="0" * 64, data=form.data, created_at=world.NOON)
    store.add(later)
    store.flush()
    round_.round.form_version_id = later.id
    store.commit()
    store.expire_all()

    assert made("formal_card", subject) == before


def test_where_somebody_judged_against_the_program_the_card_says_so(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    subject = subject_of("formal_card", round_, store)
    assert "Program ocenił inaczej" not in text_of(made("formal_card", subject), tmp_path)
    verdict = store.query(FormalVerdict).filter_by(application_id=subject, criterion="F1").one()
    verdict.passed = False
    store.commit()

    text = text_of(made("formal_card", subject), tmp_path)
    assert "Program ocenił inaczej: Wniosek wpłynął: 1 lutego 2027, 12:00" in text


def test_where_two_people_checked_the_card_names_both(store: Session, tmp_path: Path) -> None:
    round_ = decided.a_decided_round()
    subject = subject_of("formal_card", round_, store)
    assert "Ocena potwierdzona przez" not in text_of(made("formal_card", subject), tmp_path)
    check = store.query(FormalCheck).filter_by(application_id=subject).one()
    check.decided_by_id = world.a_person(Role.COORDINATOR, name="Celina Druga").id
    check.proposed_by_id, check.proposed_at = world.a_person(Role.COORDINATOR, name="Ala Pierwsza").id, world.NOON
    store.commit()

    text = text_of(made("formal_card", subject), tmp_path)
    assert "Ala Pierwsza, poniedziałek, 1 lutego 2027, 12:00" in text
    assert text.index("Ala Pierwsza") < text.index("Ocena potwierdzona przez") < text.index("Celina Druga")
