"""The report of a round for the foundation: a handful of figures, pictures, tables by voivodeship."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions import queries
from strefa.contest.decisions.models import Decision, Proposal
from strefa.contest.rounds.models import FormVersion, Round
from strefa.contest.rounds.queries import by_id, form_of, template_of
from strefa.infra.database import db
from strefa.infra.i18n import language
from strefa.outputs import charts
from strefa.outputs.paper_contents.decisions import counts
from strefa.outputs.paper_contents.frozen import Line, lines_of, proposal_by_id
from strefa.outputs.paper_contents.paper import Paper
from strefa.rules import answers as typed
from strefa.rules.budget import budget_of
from strefa.rules.fields import Meaning
from strefa.rules.formspec import FormSpec
from strefa.rules.identifiers import VOIVODESHIPS
from strefa.rules.lifecycle import SENT
from strefa.rules.money import rounded
from strefa.rules.scoring_rules import Scoring

SIZES = (5_000, 20_000, 100_000)  # inhabitants of a commune: the upper ends of the report's classes


@dataclass
class Share:
    """One line of a table: how many were sent, assessed and funded, and the money, in grosze."""

    name: str
    sent: int = 0
    assessed: int = 0
    funded: int = 0
    asked: int = 0
    awarded: int = 0

    def add(self, application: Application, decision: Decision | None) -> None:
        """Count one sent application."""
        self.sent += 1
        self.asked += application.ask or 0
        if decision:
            self.assessed += 1
            self.awarded += decision.amount
            self.funded += decision.outcome in queries.AWARDED

    @property
    def chance(self) -> Fraction | None:
        """The part of the sent ones that was funded."""
        return Fraction(self.funded, self.sent) if self.sent else None

    @property
    def average(self) -> int:
        """The average grant in grosze, half up like every amount; 0 when nobody has one."""
        return rounded(Decimal(self.awarded) / self.funded / 100) if self.funded else 0


@dataclass(frozen=True)
class Funded:
    """A funded experiment as the report tells of it; amounts by group of costs in grosze."""

    decision: Decision
    sentence: str
    groups: Mapping[str, int] = field(hash=False)


def report(proposal_id: int) -> Paper | None:
    """The foundation's report on a round."""
    proposal = proposal_by_id(proposal_id)
    round_ = by_id(proposal.round_id) if proposal else None
    if proposal is None or round_ is None:
        return None
    lines = lines_of(proposal.ranking, proposal.decisions, round_)
    sent, decisions = _sent(round_), {decision.application_id: decision for decision in proposal.decisions}
    scoring, by_voivodeship = template_of(round_).scoring, _by_voivodeship(sent, decisions)
    values = {
        "round": round_,
        "proposal": proposal,
        "spent": queries.spent(proposal),
        "counts": counts(round_),
        "all": _total(by_voivodeship),
        "by_voivodeship": by_voivodeship,
        "by_category": _grouped(sent, decisions, lambda application: application.category),
        "by_size": _by_size(sent, decisions),
        "sizes": SIZES,
        "reached": sum(a.population or 0 for a in sent if _is_funded(decisions.get(a.id))),
    }
    return Paper(
        "report", values | _pictures(lines, scoring, by_voivodeship, proposal) | _funded(proposal),
        _dated(proposal), f"raport-{round_.slug}.pdf",
    )  # fmt: skip


def _dated(proposal: Proposal) -> Any:
    moments = [moment for d in proposal.decisions for moment in (d.promoted_at, d.resigned_at)]
    return max([proposal.published_at or proposal.proposed_at, *(moment for moment in moments if moment)])


def _sent(round_: Round) -> Sequence[Application]:
    """List the applications whose sent version counts."""
    return db.session.scalars(
        select(Application)
        .where(Application.round_id == round_.id, Application.status.in_(SENT))
        .order_by(Application.number)
    ).all()


def _is_funded(decision: Decision | None) -> bool:
    return decision is not None and decision.outcome in queries.AWARDED


def _by_voivodeship(sent: Iterable[Application], decisions: Mapping[int, Decision]) -> list[Share]:
    found = {share.name: share for share in _grouped(sent, decisions, lambda application: application.voivodeship)}
    return [found.pop(name, None) or Share(name) for name in VOIVODESHIPS.values()] + list(found.values())


def _grouped(sent: Iterable[Application], decisions: Mapping[int, Decision], key: Any) -> list[Share]:
    shares: dict[str, Share] = {}
    for application in sent:
        name = key(application)
        shares.setdefault(name, Share(name)).add(application, decisions.get(application.id))
    return list(shares.values())


def _by_size(sent: Iterable[Application], decisions: Mapping[int, Decision]) -> list[Share]:
    """Group by the size of the commune: classes up to 5, 20, 100 thousand, larger, and not told."""

    def size(application: Application) -> str:
        if application.population is None:
            return ""
        return str(next((top for top in SIZES if application.population <= top), "more"))

    found = {share.name: share for share in _grouped(sent, decisions, size)}
    return [found[name] for name in [*map(str, SIZES), "more", ""] if name in found]


def _total(shares: Iterable[Share]) -> Share:
    total = Share("")
    for share in shares:
        total.sent += share.sent
        total.assessed += share.assessed
        total.funded += share.funded
        total.asked += share.asked
        total.awarded += share.awarded
    return total


def _pictures(
    lines: Sequence[Line], scoring: Scoring, by_voivodeship: Sequence[Share], proposal: Proposal
) -> dict[str, Any]:
    results = [(line.from_cards, _is_funded(line.decision)) for line in lines]
    funded = {line.application.number for line in lines if _is_funded(line.decision)}
    profiles = _profiles(proposal.ranking.inputs["cards"], scoring, funded)
    return {
        "histogram": charts.histogram(results, scoring.ranking.threshold),
        "bars": [(place * charts.BIN, *bar) for place, bar in enumerate(charts.binned(results)) if any(bar)],
        "bin": charts.BIN,
        "map": charts.tile_map({share.name: (share.sent, share.funded) for share in by_voivodeship}),
        "profiles": profiles,
        "profile": charts.profile(profiles),
    }


def _profiles(cards: Sequence[Mapping[str, Any]], scoring: Scoring, funded: set[str | None]) -> list[charts.Profile]:
    profiles: list[charts.Profile] = []
    for criterion in scoring.criteria:
        marks = [
            (card["application"] in funded, Decimal(card["marks"][criterion.key]))
            for card in cards
            if card["marks"].get(criterion.key) is not None
        ]
        everybody, theirs = [mark for _funded, mark in marks], [mark for is_funded, mark in marks if is_funded]
        profiles.append(
            charts.Profile(
                criterion.name.in_language(language()),
                _mean(everybody) or Fraction(0),
                _mean(theirs),
                criterion.most,
                max(everybody, default=None),
            )
        )
    return profiles


def _mean(marks: Sequence[Decimal]) -> Fraction | None:
    return Fraction(sum(marks)) / len(marks) if marks else None


def _funded(proposal: Proposal) -> dict[str, Any]:
    """Tell of the funded experiments: what each is in a sentence, and what the grants pay for as asked."""
    awarded = [decision for decision in proposal.decisions if _is_funded(decision)]
    sent = {
        application.id: application
        for application in db.session.scalars(
            select(Application)
            .options(
                joinedload(Application.form_version).load_only(FormVersion.sha256, FormVersion.data),
                selectinload(Application.submissions),
            )
            .where(Application.id.in_([decision.application_id for decision in awarded]))
        )
    }
    told = [_told(decision, sent[decision.application_id]) for decision in awarded]
    groups: dict[str, int] = {}
    for one in told:
        for label, amount in one.groups.items():
            groups[label] = groups.get(label, 0) + amount
    return {"funded": told, "groups": sorted(groups.items(), key=lambda pair: -pair[1])}


def _told(decision: Decision, application: Application) -> Funded:
    spec, submission = form_of(application.form_version), application.submissions[-1]
    sentence = spec.meaning(Meaning.SENTENCE)
    return Funded(
        decision,
        typed.text_of(submission.answers, sentence.key) if sentence else "",
        _by_group(spec, submission),
    )


def _by_group(spec: FormSpec, submission: Submission) -> dict[str, int]:
    budget, asked = budget_of(spec, submission.answers), spec.meaning(Meaning.BUDGET)
    labels = {option.key: option.label.in_language(language()) for option in asked.options} if asked else {}
    sums = {label: budget.source("grant", key) for key, label in labels.items()}
    return {label: amount for label, amount in sums.items() if amount}
