"""What was sent in time and is still on its way at the close: nobody decides about it before it can have come."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from strefa.contest.screening import actions, correction_actions, list_actions
from strefa.contest.screening.list_queries import ended
from strefa.infra.clock import Clock
from strefa.outputs.words import in_words
from strefa.rules.lifecycle import SENT, Status
from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker, Reason
from strefa.web import arrival
from tests import world
from tests.answers import of_section
from tests.pages import Pages
from tests.web.office.test_closing import CLOSES, FOR_ONE, LATER, ROUND, fresh, loaded
from tests.web.office.test_corrections import NOTE, marked
from tests.web.office.test_screening import address, verdicts

PATIENCE = correction_actions.PATIENCE
LAST = CLOSES + PATIENCE - timedelta(seconds=1)


def staff(pages: Pages) -> Pages:
    return pages.sign_in(world.a_person(Role.COORDINATOR))


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.REOPENED])
def test_only_one_open_for_changes_waits_until_what_was_sent_in_time_has_come(
    store: Session, clock: Clock, status: Status
) -> None:
    application = loaded(world.an_application(status))
    for moment, waits in ((CLOSES, True), (LAST, True), (CLOSES + PATIENCE, False)):
        found = [
            *actions.blockers_of_time(application, moment),
            *correction_actions.blockers_to_request(application, moment),
        ]
        expected = [Blocker(Reason.MAY_STILL_ARRIVE, "", {"until": CLOSES + PATIENCE})] * 2
        assert found == (expected if waits and status is Status.REOPENED else [])


def test_the_card_says_until_when_to_wait_and_a_kept_place_is_not_lost(
    store: Session, pages: Pages, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ala = world.a_person()
    application = world.an_application(Status.SUBMITTED, by=ala)
    hers, theirs = pages.sign_in(ala), staff(pages)
    clock.set(CLOSES - timedelta(minutes=5))
    hers.post(f"/moje/wnioski/{application.public_id}/popraw")
    hers.post(f"/moje/wnioski/{application.public_id}/b", {"revision": "1", **of_section("b", b1_title="Nowy tytuł")})

    clock.set(LAST)
    said = in_words(Blocker(Reason.MAY_STILL_ARRIVE, "", {"until": CLOSES + PATIENCE})).replace("\xa0", " ")
    assert "11 lutego 2027, 15:25" in said
    assert said in theirs.get(address(application)).text.replace("\xa0", " ")
    refused = theirs.post(address(application), verdicts())
    assert (refused.status_code, refused.text.replace("\xa0", " ").count(said)) == (422, 1)
    asking = theirs.post(f"/biuro/wnioski/{application.public_id}/wezwanie", marked(b1_title=NOTE) | {"send": "1"})
    assert asking.status_code == 422
    assert fresh(store, application).status is Status.REOPENED

    monkeypatch.setattr(arrival, "moment", lambda: CLOSES - timedelta(seconds=1))  # as a kept place would say
    assert hers.send_application(application.public_id).status_code == 302
    assert fresh(store, application).title == "Nowy tytuł"
    assert theirs.post(address(application), verdicts()).status_code == 302


def test_of_one_reopened_and_never_sent_again_the_last_sent_version_is_judged_and_read(
    store: Session, pages: Pages, clock: Clock
) -> None:
    ala = world.a_person()
    application = world.an_application(Status.SUBMITTED, by=ala, title="Noc w czytelni")
    sent_title = world.complete_answers()["b1_title"]
    hers, theirs = pages.sign_in(ala), staff(pages)
    hers.post(f"/moje/wnioski/{application.public_id}/popraw")
    hers.post(f"/moje/wnioski/{application.public_id}/b", {"revision": "1", **of_section("b", b1_title="Niewysłany")})
    clock.set(CLOSES + PATIENCE)
    assert hers.send_application(application.public_id).status_code == 422
    for page in (address(application), f"/biuro/wnioski/{application.public_id}"):
        shown = theirs.get(page).text
        assert (sent_title in shown, "Niewysłany" in shown) == (True, False)
    assert theirs.post(address(application), verdicts()).status_code == 302
    assert fresh(store, application).status is Status.ELIGIBLE
    assert application.title == "Noc w czytelni"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN, Status.REOPENED, Status.SUBMITTED, Status.ELIGIBLE])
def test_the_list_waits_for_whatever_may_be_sent_yet(store: Session, clock: Clock, status: Status) -> None:
    world.an_application(Status.ELIGIBLE)
    world.an_application(status)
    round_ = world.a_round()
    for moment, waits in ((LAST, status not in SENT or status is Status.REOPENED), (CLOSES + PATIENCE, False)):
        found = list_actions.blockers_to_publish(round_, ended(round_), moment)
        expected = [Blocker(Reason.MORE_MAY_ARRIVE, "", {"until": CLOSES + PATIENCE})] if waits else []
        assert [one for one in found if one.reason is Reason.MORE_MAY_ARRIVE] == expected


@pytest.mark.parametrize("begun", [True, False])
def test_the_list_waits_for_an_exception_too(store: Session, pages: Pages, clock: Clock, begun: bool) -> None:
    world.an_application(Status.ELIGIBLE)
    owner = world.an_organisation(nip="5260250274")
    draft = world.an_application(organisation=owner) if begun else None
    clock.set(CLOSES + timedelta(hours=1))
    chosen = {"application": draft.public_id if draft else "new"}
    assert staff(pages).post(ROUND, FOR_ONE | {"applicant": "5260250274"} | chosen).status_code == 302
    store.expire_all()
    round_ = world.a_round()
    for moment, waits in ((LATER + PATIENCE - timedelta(seconds=1), True), (LATER + PATIENCE, False)):
        found = [one.reason for one in list_actions.blockers_to_publish(round_, ended(round_), moment)]
        assert (Reason.MORE_MAY_ARRIVE in found) is waits
