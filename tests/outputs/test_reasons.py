"""Why an application got nothing, said so that who reads it knows which figure decided."""

from copy import deepcopy
from datetime import timedelta

import pytest
from flask import current_app
from lxml import html
from sqlalchemy.orm import Session

from strefa.contest.decisions import actions
from strefa.contest.decisions.models import Decision, Outcome, Proposal
from strefa.contest.decisions.official import official
from strefa.contest.people.models import Person
from strefa.infra.clock import Clock
from strefa.infra.database import reading_only
from strefa.infra.i18n import force_locale
from strefa.outputs import papers
from strefa.outputs.listing import criteria_names, decision_reason, ranking_lines
from strefa.outputs.paper_contents import MAKERS
from strefa.rules.lifecycle import Status
from strefa.rules.policy import Role
from tests import world
from tests.decided import MEETING, a_decided_round
from tests.pages import Pages

CARDS: list[str] = ["4 4 4 4 4 4 4", "2 4 4 4 4 4 4"]
WEAK = "Średnia ocena w kryterium „Eksperymentalność i nowość” to 2,00, a potrzeba co najmniej 2,50."


def decided(store: Session) -> tuple[Proposal, Decision, Person]:
    """Return published decisions, the one that a single criterion refused, and the coordinator."""
    round_, coordinator, approver = world.a_round(), world.a_person(Role.COORDINATOR), world.a_person(Role.APPROVER)
    jurors = [world.a_juror(background) for background in ("librarian", "other")]
    for marks in CARDS:
        application = world.an_application(Status.ELIGIBLE, voivodeship="lubuskie", population=50_000)
        for juror in jurors:
            world.a_card(world.an_assignment(application, juror), marks.split())
    proposal = actions.propose(round_, actor=coordinator, now=MEETING)
    actions.approve(proposal, actor=approver, now=MEETING)
    actions.publish(round_, proposal, actor=coordinator, now=MEETING)
    store.commit()
    (refused,) = [one for one in proposal.decisions if one.outcome is Outcome.REFUSED]
    return proposal, refused, coordinator


def said_in(kind: str, number: int, language: str = "pl") -> str:
    with reading_only(), force_locale(language):
        paper = MAKERS[kind](number)
        assert paper is not None
        return papers.rendered(paper).replace("\u00a0", " ")


def test_the_letter_and_the_minutes_name_the_criterion_that_decided(store: Session) -> None:
    proposal, refused, _coordinator = decided(store)
    assert refused.reason_values == {"mean": "2.00", "least": "2.5", "criterion": "novelty"}
    with current_app.test_request_context():
        assert WEAK in said_in("letter", refused.id)
        assert WEAK in said_in("minutes", proposal.id)
        assert "“Experiment and novelty” is 2.00" in said_in("letter", refused.id, "en")


def test_the_pages_of_ranking_and_decisions_name_it_too(store: Session, pages: Pages, clock: Clock) -> None:
    _proposal, _refused, coordinator = decided(store)
    clock.set(MEETING + timedelta(days=1))
    office = pages.sign_in(coordinator)
    for page in ("ranking", "decyzje"):
        shown = office.get(f"/biuro/edycje/strefa-eksperymentu-2027/{page}").text.replace("\u00a0", " ")
        assert WEAK in shown, page


def test_every_output_of_the_ranking_line_names_it(store: Session) -> None:
    decided(store)
    round_ = world.a_round()
    state = official(round_)
    with force_locale("pl"):
        lines = ranking_lines(state, state.applications, criteria_names(round_))
    assert [line.reason for line in lines if line.kind == "bad"] == [WEAK]


@pytest.mark.parametrize("criteria", [["novelty"], ["novelty", "plan"]])
def test_a_decision_from_before_the_criterion_was_kept_stays_readable(criteria: list[str], store: Session) -> None:
    _proposal, refused, _coordinator = decided(store)
    refused.reason_values = {key: value for key, value in refused.reason_values.items() if key != "criterion"}
    template = deepcopy(world.a_round().template)
    for criterion in template["scoring"]["criteria"]:
        criterion["least_mean"] = "2.5" if criterion["key"] in criteria else None
    round_ = world.a_round(template=template, template_sha256=f"{len(criteria):064}")
    with force_locale("pl"):
        names = [criteria_names(round_)[key] for key in criteria]
        assert f"w kryterium „{'” albo „'.join(names)}” to 2,00" in decision_reason(refused, round_)


def test_the_list_of_changes_names_no_amount_for_one_who_moved_up_and_then_gave_it_back(store: Session) -> None:
    made = a_decided_round()
    later = MEETING + timedelta(days=20)
    actions.resign(made.proposal.decisions[0], "Zmiana planów.", actor=made.coordinator, now=later)
    (risen,) = actions.promote(made.round, made.proposal, actor=made.coordinator, now=later)
    actions.resign(risen, "Zmiana planów.", actor=made.coordinator, now=later + timedelta(days=1))
    number = risen.application.number
    store.commit()
    with current_app.test_request_context():
        said = said_in("ranking", made.proposal.id)
    assert f"<li>{number}: wejście z listy rezerwowej, 30 marca 2027; rezygnacja, 31 marca 2027.</li>" in said
    assert "0,00 zł z listy" not in said


def test_the_minutes_write_a_part_in_per_cent_as_all_the_other_papers_do(store: Session) -> None:
    made = a_decided_round()
    with current_app.test_request_context():
        assert "co najmniej 70 % wnioskowanej kwoty" in said_in("minutes", made.proposal.id)
        assert "at least 70% of the sum asked for" in said_in("minutes", made.proposal.id, "en")


def test_the_report_rounds_the_average_grant_half_up_like_every_amount(store: Session) -> None:
    made = a_decided_round()
    awarded = [one for one in made.proposal.decisions if one.amount]
    sums = [2_000_00 + (place == 0) * (len(awarded) - 1) for place in range(len(awarded))]  # a grosz short of a whole
    for decision, amount in zip(awarded, sums, strict=True):
        decision.amount = amount
    store.commit()
    assert len(awarded) > 2, "or nothing is left to be cut off"
    with current_app.test_request_context():
        tree = html.fromstring(said_in("report", made.proposal.id))
    assert tree.xpath("string(//dt[text()='Średnia dotacja']/following-sibling::dd)") == "2 000,01 zł"


def test_the_report_tells_the_highest_mark_given_apart_from_the_top_of_the_scale(store: Session) -> None:
    made = a_decided_round()
    with current_app.test_request_context():
        tree = html.fromstring(said_in("report", made.proposal.id))
    heads = tree.xpath("//th[text()='Skala do']/ancestor::tr/th/text()")
    rows = {row.xpath("string(th)"): row.xpath("td/text()") for row in tree.xpath("//tr[th[@scope='row']]")}
    assert heads == ["Kryterium", "Wszystkie ocenione", "Z dotacją", "Najwyższa dana", "Skala do"]
    assert rows["Kosztorys"][2:] == ["4½", "5"]
