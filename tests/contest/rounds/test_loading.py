"""A round from its file to the database and back: frozen versions, each with its hash; one file, one round."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from strefa.cli import check
from strefa.contest.people import queries as people
from strefa.contest.people.models import Person
from strefa.contest.rounds import actions, queries, template_file
from strefa.contest.rounds.models import FormVersion, Round, RubricVersion, RuleSetVersion
from strefa.infra.database import saving
from strefa.infra.journal import Entry
from strefa.rules.policy import Role
from strefa.rules.refusal import Blocker, Reason, Refused
from tests import world

SHIPPED = template_file.shipped("strefa-eksperymentu")
VERSIONS = (FormVersion, RubricVersion, RuleSetVersion)


def loaded(text: str, actor: Person | None = None) -> Round:
    template = template_file.load(text)
    with saving():
        actor = people.by_id(actor.id) if actor else None
        return actions.load(template, template_file.dump(template), actor=actor, now=world.NOON)


def refused(text: str, actor: Person | None = None) -> tuple[Blocker, ...]:
    with pytest.raises(Refused) as caught:
        loaded(text, actor)
    return caught.value.blockers


def numbers(store: Session) -> list[int]:
    """Return how many versions of form, rubric and rule set there are."""
    return [store.query(kind).count() for kind in VERSIONS]


def test_a_file_becomes_a_round_with_three_frozen_versions_and_comes_back_to_the_byte(store: Session) -> None:
    round_ = loaded(SHIPPED)
    assert numbers(store) == [1, 1, 1]
    for version in (round_.form_version, round_.rubric_version, round_.rule_set_version):
        assert version is not None
        assert (version.version, version.sha256) == (1, actions.sha256_of(version.data))
    assert round_.source == SHIPPED
    assert (round_.opens_at, round_.closes_at) == tuple(
        getattr(queries.template_of(round_).timetable.in_utc().stage("call"), end) for end in ("starts", "ends")
    )
    [entry] = store.scalars(select(Entry)).all()
    assert (entry.verb, entry.details) == ("load_round", {"sha256": round_.template_sha256})


def test_comments_and_another_order_of_writing_end_in_the_same_canonical_file(store: Session) -> None:
    by_hand = "# nasza edycja\n" + SHIPPED.replace(
        "slug: strefa-eksperymentu-2027", 'slug: "strefa-eksperymentu-2027"  # x'
    )
    first = loaded(by_hand).source
    assert first == SHIPPED
    assert loaded(first).source == first


def test_the_same_file_again_changes_nothing(store: Session) -> None:
    before = loaded(SHIPPED).template_sha256
    assert loaded(SHIPPED).template_sha256 == before
    assert numbers(store) == [1, 1, 1]
    assert store.query(Round).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "versions"),
    [
        ("limit: 120", "limit: 130", [2, 1, 1]),
        ("weight: 25", "weight: 20", [1, 2, 1]),
        ("threshold: 60", "threshold: 55", [1, 1, 2]),
        ("pool: 60000.00", "pool: 70000.00", [1, 1, 2]),
        ("pl: Strefa Eksperymentu 2027", "pl: Strefa Eksperymentu 2027 i pół", [1, 1, 1]),
    ],
)
def test_what_changed_gets_a_new_version_and_the_old_one_stays(
    store: Session, old: str, new: str, versions: list[int]
) -> None:
    loaded(SHIPPED)
    changed = SHIPPED.replace(old, new, 1).replace("weight: 15", "weight: 20", int("weight" in old))
    round_ = loaded(changed)
    assert numbers(store) == versions
    in_force = (round_.form_version, round_.rubric_version, round_.rule_set_version)
    assert [version.version for version in in_force if version] == versions


def test_an_application_stays_with_the_form_it_was_begun_with(store: Session) -> None:
    loaded(SHIPPED)
    application = world.an_application()
    began_with = application.form_version_id
    round_ = loaded(SHIPPED.replace("limit: 120", "limit: 130", 1))
    store.refresh(application)
    assert (application.form_version_id, round_.form_version_id != began_with) == (began_with, True)


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ("threshold: 60", "threshold: 55", "scoring"),
        ("pool: 60000.00", "pool: 60000.01", "frame.pool"),
        ("key: call\n      starts: 2027-01-11 09:00", "key: call\n      starts: 2027-01-11 09:01", "timetable.stages"),
    ],
)
def test_after_the_first_mark_what_the_ranking_is_made_by_stays(
    was: str, becomes: str, place: str, store: Session
) -> None:
    round_ = loaded(SHIPPED)
    with saving():
        actions.freeze_rules(round_, actor=world.a_person(), now=world.NOON)
    assert was in SHIPPED
    [blocker] = refused(SHIPPED.replace(was, becomes, 1))
    assert (blocker.reason, blocker.at, blocker.values) == (Reason.RULES_FROZEN, place, {"since": world.NOON})


def test_after_the_first_mark_the_rest_of_a_round_may_change(store: Session) -> None:
    round_ = loaded(SHIPPED)
    with saving():
        actions.freeze_rules(round_, actor=world.a_person(), now=world.NOON)
    later = loaded(SHIPPED.replace("2027-02-11 15:00", "2027-02-12 15:00"))
    assert later.closes_at.isoformat() == "2027-02-12T14:00:00+00:00"


def test_numbers_given_keep_their_beginning_and_two_rounds_never_share_one(store: Session) -> None:
    round_ = loaded(SHIPPED)
    other = SHIPPED.replace("slug: strefa-eksperymentu-2027", "slug: inna")
    assert [(b.reason, b.values) for b in refused(other)] == [(Reason.PREFIX_TAKEN, {"slug": round_.slug})]
    assert loaded(SHIPPED.replace("number_prefix: SE-2027", "number_prefix: SE-27")).number_prefix == "SE-27"
    round_.last_number = 1
    store.commit()
    assert [b.reason for b in refused(SHIPPED)] == [Reason.PREFIX_IN_USE]


def test_whoever_coordinates_another_round_sets_one_up_and_coordinates_it(store: Session) -> None:
    loaded(SHIPPED)
    staff = world.a_person(Role.COORDINATOR)
    new = loaded(SHIPPED.replace("2027", "2028"), staff)
    store.refresh(staff, ["roles"])
    assert staff.roles_in(new.id) == {Role.COORDINATOR}


def test_a_known_round_is_changed_by_its_own_coordinators_alone(store: Session) -> None:
    loaded(SHIPPED)
    foreign = world.a_person(Role.COORDINATOR, round_=loaded(SHIPPED.replace("2027", "2028")))
    administrator = world.a_person(Role.ADMINISTRATOR)
    for somebody in (foreign, administrator):
        assert [b.reason for b in refused(SHIPPED, somebody)] == [Reason.SLUG_TAKEN]
    assert loaded(SHIPPED, world.a_person(Role.COORDINATOR)).slug == "strefa-eksperymentu-2027"


def _pool(round_: Round) -> None:
    round_.template = {**round_.template, "slug": "inna"}


def _limit(round_: Round) -> None:
    assert round_.form_version is not None
    round_.form_version.data = {**round_.form_version.data, "sections": []}


@pytest.mark.parametrize("spoil", [_pool, _limit])
def test_a_version_changed_behind_the_applications_back_is_found(
    store: Session, spoil: Callable[[Round], None]
) -> None:
    def found() -> int:
        return len([line for line in check.broken() if line.startswith("frozen_versions: ")])

    round_ = loaded(SHIPPED)
    assert found() == 0
    spoil(round_)
    store.commit()
    assert found() == 1
