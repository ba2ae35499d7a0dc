"""Letters on paper: what was decided about an application, with the reason and what comes next."""

from sqlalchemy import select

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.decisions.models import Outcome
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening import queries as screening
from strefa.contest.screening.list_queries import told_by
from strefa.infra.database import db
from strefa.infra.i18n import _, language
from strefa.outputs.listing import decision_reason
from strefa.outputs.paper_contents.applications import content_hash
from strefa.outputs.paper_contents.cards import defect_texts
from strefa.outputs.paper_contents.frozen import standing_by_decision
from strefa.outputs.paper_contents.paper import Paper
from strefa.rules import money
from strefa.rules.lifecycle import Status


def letter(decision_id: int) -> Paper | None:
    """The letter about one decision: a grant (whole or in part), the reserve list, or none.

    Whoever has given the grant back meanwhile still gets the letter that told her of it.
    """
    standing = standing_by_decision(decision_id)
    if standing is None:
        return None
    decision, sent = standing.line.decision, standing.application
    outcome, amount = decision.outcome, decision.amount
    if outcome is Outcome.RESIGNED:
        amount = standing.proposal.ranking.result["awards"].get(sent.number)
        if amount is None:
            return None
        outcome = Outcome.FUNDED if amount == sent.ask else Outcome.PARTIAL
    scoring = template_of(sent.round).scoring
    values = {
        "round": sent.round,
        "application": sent,
        "proof": _("wynik SHA-256 %(hash)s", hash=standing.proposal.ranking.result_hash),
        "line": standing.line,
        "outcome": outcome.value,
        "amount": amount,
        "amount_in_words": money.in_words(amount, language()),
        "reason": decision_reason(decision, sent.round),
        "decided": standing.settled_at,
        "ranked": len(standing.proposal.ranking.result["ranking"]),
        "threshold": scoring.ranking.threshold,
        "reserve_until": scoring.ranking.reserve_until,
        "reserve_place": _place(standing.proposal.ranking.result["reserve"], sent),
    }
    return Paper("letter", values, standing.settled_at, f"pismo-{sent.number}.pdf")


def _place(reserve: list[str], application: Application) -> int | None:
    number = application.number or ""
    return reserve.index(number) + 1 if number in reserve else None


def formal_letter(application_id: int) -> Paper | None:
    """The letter to an applicant whose application failed the formal check; it bears the day on which it goes out."""
    sent = db.session.scalar(select(Application).options(*applications.LISTED).where(Application.id == application_id))
    check = screening.check_of(sent) if sent and sent.status is Status.INELIGIBLE else None
    if sent is None or check is None or check.decided_at is None:
        return None
    first = told_by(sent, check)
    told = first.published_at if first else sent.round.results_published_at or check.decided_at
    texts = {criterion.key: criterion.text for criterion in template_of(sent.round).formal_criteria}
    reasons = defect_texts(sent)
    failed = [verdict for verdict in screening.verdicts(sent).values() if not verdict.passed]
    values = {
        "round": sent.round,
        "application": sent,
        "proof": _("wniosek SHA-256 %(hash)s", hash=content_hash(sent.id)),
        "decided": told,
        "defects": [
            (v.criterion, texts[v.criterion].in_language(language()), reasons[v.criterion].get(v.reason, ""), v.note)
            for v in sorted(failed, key=lambda v: list(texts).index(v.criterion))
        ],
    }
    return Paper("formal_letter", values, told, f"pismo-{sent.number}.pdf")
