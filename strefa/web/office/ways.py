"""Where the office can go in a round, and what waits for whoever is looking."""

from dataclasses import dataclass

from flask import request, url_for

from strefa.contest.decisions.models import Proposal
from strefa.contest.jury.barring import barred_ids
from strefa.contest.overview.queries import Standing
from strefa.contest.people import queries as people
from strefa.contest.rounds import queries as rounds
from strefa.contest.rounds.models import Round
from strefa.infra import i18n
from strefa.infra.clock import now
from strefa.infra.i18n import _, _n
from strefa.outputs.timing import timetable
from strefa.rules.policy import May, Role, may
from strefa.web.office.applications import WAITING
from strefa.web.session import current_user

WHOLE = ("office.ranking.show", "office.decisions.index")  # pages that tell about all applications at once


OF_ANOTHER = {
    "office.retention": "office.clauses",
    "office.corrections": "office.applications",
    "office.formal_list": "office.applications",
    "office.closing": "office.rounds",
    "office.exceptions": "office.rounds",
}
"""Pages that stand in the bar of a round under another's name."""


@dataclass(frozen=True)
class Way:
    """One page of a round: its text, its address, and whether this is it."""

    text: str
    url: str
    here: bool


def scored(slug: str) -> Round | None:
    """Load a round whose scores the viewer may look at as a whole.

    A juror who is recused from an application, or has not declared on it, learns neither its score nor
    its place before the results are published, so until then she sees no ranking.
    """
    round_ = rounds.by_slug(slug)
    return None if round_ and _kept_from(round_) else round_


def _kept_from(round_: Round) -> bool:
    return round_.results_published_at is None and bool(barred_ids(current_user, round_.id))


def ways(round_: Round) -> list[Way]:
    """List the pages of a round that the person may see, in the order of work."""
    steps = [
        (May.SEE_ROUND_OFFICE, _("Pulpit"), "office.rounds.show"),
        (May.LIST_SENT_APPLICATIONS, _("Wnioski"), "office.applications.index"),
        (May.SEE_JURY, _("Jury"), "office.jury.index"),
        (May.SEE_SCORES, _("Oceny"), "office.cards.index"),
        (May.SEE_SCORES, _("Ranking"), "office.ranking.show"),
        (May.SEE_SCORES, _("Decyzje"), "office.decisions.index"),
        (May.SEE_PAPERS, _("Dokumenty"), "office.papers.index"),
        (May.READ_JOURNAL, _("Dziennik"), "office.journal.index"),
        (May.MANAGE_ROUND, _("Regulamin"), "office.documents.index"),
        (May.SEE_TEAM, _("Zespół"), "office.team.index"),
        (May.SEE_PRIVACY, _("Dane osobowe"), "office.clauses.index"),
    ]
    noun, kept = (request.endpoint or "").rpartition(".")[0], _kept_from(round_)
    return [
        Way(text, url_for(endpoint, slug=round_.slug), endpoint.rpartition(".")[0] == OF_ANOTHER.get(noun, noun))
        for act, text, endpoint in steps
        if may(current_user, act, round_) and not (kept and endpoint in WHOLE)
    ]


def waiting(round_: Round, at: Standing) -> list[tuple[str, str]]:
    """List what waits for the person in a round: a sentence, and the page where it is done."""
    if round_.results_published_at:
        return []
    return [*_of_screening(round_, at), *_of_jury(round_, at), *_of_cards(round_, at), *_of_decisions(round_, at)]


def _of_screening(round_: Round, at: Standing) -> list[tuple[str, str]]:
    count = at.unchecked
    if not count or not may(current_user, May.MANAGE_ROUND, round_) or timetable(round_).call_is_open(now()):
        return []
    said = _n(
        "%(count)s wniosek czeka na ocenę formalną", "%(count)s wniosków czeka na ocenę formalną", count, count=count
    )
    return [(said, url_for("office.applications.index", slug=round_.slug, status=WAITING))]


def _of_jury(round_: Round, at: Standing) -> list[tuple[str, str]]:
    if not may(current_user, May.MANAGE_JURY, round_):
        return []
    jury, found = url_for("office.jury.index", slug=round_.slug), []
    if not at.jurors:
        found.append((_("W jury nie ma jeszcze nikogo: zaproś pierwsze osoby"), jury))
    found += [(said, jury) for said in _of_invitations(at)]
    if at.plan:
        found.append(
            (_("Propozycja przydziału czeka na obejrzenie"), url_for("office.jury.preview", public_id=at.plan))
        )
    elif at.lacking and at.jurors:
        count = at.lacking
        said = _n(
            "%(count)s wniosek nie ma kompletu oceniających",
            "%(count)s wniosków nie ma kompletu oceniających",
            count,
            count=count,
        )
        found.append((said, jury))
    return found


def _of_invitations(at: Standing) -> list[str]:
    """Say how many wait for an answer, and how many have waited too long for one to come."""
    said = []
    if count := at.invitations - at.expired:
        said.append(
            _n("%(count)s zaproszenie czeka na odpowiedź", "%(count)s zaproszeń czeka na odpowiedź", count, count=count)
        )
    if count := at.expired:
        said.append(
            _n(
                "%(count)s zaproszenie wygasło bez odpowiedzi: wyślij je jeszcze raz albo cofnij",
                "%(count)s zaproszeń wygasło bez odpowiedzi: wyślij je jeszcze raz albo cofnij",
                count,
                count=count,
            )
        )
    return said


def _of_cards(round_: Round, at: Standing) -> list[tuple[str, str]]:
    """Say what the jury still owes; nobody but staff can press for it."""
    if at.proposal or not may(current_user, May.MANAGE_JURY, round_):
        return []
    board, found = url_for("office.cards.index", slug=round_.slug), []
    if count := at.cards - at.submitted:
        said = _n("Na %(count)s kartę jeszcze czekamy", "Na %(count)s kart jeszcze czekamy", count, count=count)
        found.append((said, board))
    return found


def _of_decisions(round_: Round, at: Standing) -> list[tuple[str, str]]:
    decisions = url_for("office.decisions.index", slug=round_.slug)
    if _kept_from(round_):
        return []
    if at.proposal is None:
        return _of_proposing(round_, at, decisions) if may(current_user, May.PROPOSE_DECISIONS, round_) else []
    if at.proposal.approved_at:
        told = may(current_user, May.PUBLISH_DECISIONS, at.proposal)
        return [(_("Decyzje są zatwierdzone: można ogłosić wyniki"), decisions)] if told else []
    if may(current_user, May.APPROVE_DECISIONS, at.proposal):
        return [(_("Propozycja decyzji czeka na Twoje zatwierdzenie"), decisions)]
    told = may(current_user, May.PROPOSE_DECISIONS, round_)
    said, team = approver_lacking(round_, at.proposal) if told else ("", "")
    return [(said, team or decisions)] if said else []


def approver_lacking(round_: Round, proposal: Proposal) -> tuple[str, str]:
    """Say that nobody in the team may approve a proposal, and where somebody is invited, if one may; "" otherwise."""
    if people.is_held(round_.id, Role.APPROVER, but=proposal.proposed_by_id):
        return "", ""
    team = url_for("office.team.index", slug=round_.slug) if may(current_user, May.MANAGE_TEAM, round_) else ""
    asked = any(one.expires_at > now() for one in people.unanswered(round_.id, [Role.APPROVER]))
    if asked:
        return _(
            "Decyzji nie ma jeszcze kto zatwierdzić: zaproszenie do zatwierdzania decyzji czeka na odpowiedź"
        ), team
    if team:
        return _("Nikt w zespole edycji nie może zatwierdzić tej propozycji: zaproś do tej roli drugą osobę"), team
    return _("Nikt w zespole edycji nie może zatwierdzić tej propozycji: drugą osobę zaprasza koordynacja programu"), ""


def _of_proposing(round_: Round, at: Standing, decisions: str) -> list[tuple[str, str]]:
    """Say what came back and why, and whether everything is there for a proposal."""
    found = []
    if at.returned:
        told = {"day": i18n.day(at.returned.proposed_at), "reason": at.returned.returned_because}
        found.append((_("Propozycja decyzji z dnia %(day)s wróciła do poprawy. Powód: %(reason)s", **told), decisions))
    if at.assessed and at.complete == at.assessed and not at.unchecked:
        ranking = url_for("office.ranking.show", slug=round_.slug)
        found.append((_("Komplet kart jest złożony: można zaproponować decyzje"), ranking))
    return found
