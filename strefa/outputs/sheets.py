"""The workbook of a round: applications, every juror's marks, the ranking, the decisions, the budgets."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application, Submission
from strefa.contest.decisions import queries as decisions
from strefa.contest.decisions.models import Proposal
from strefa.contest.decisions.official import Official, official
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import VERSIONS, by_id, form_of, template_of
from strefa.infra.database import db
from strefa.infra.i18n import _, language
from strefa.outputs.listing import criteria_names, decisions_state, ranking_lines, tie_step
from strefa.outputs.names import named, voivodeship
from strefa.outputs.paper_contents.frozen import lines_of
from strefa.outputs.tables import Cell, Column, Sheet, workbook
from strefa.rules.budget import SOURCES, BudgetLine, budget_of
from strefa.rules.facts import AttachedFile
from strefa.rules.fields import Field, Kind, Meaning
from strefa.rules.formspec import FormSpec
from strefa.rules.reading import Line, place_of, read


def results(round_id: int) -> bytes:
    """Return the whole workbook; equal data give equal bytes."""
    round_ = by_id(round_id)
    assert round_ is not None  # the page has just loaded it
    state, sent = official(round_), _sent(round_)
    standing = decisions.standing(round_)
    sheets = [_applications(round_, sent), _scores(round_, state), _ranking(round_, state)]
    sheets += [_decisions(round_, standing)] if standing else []
    return workbook([*sheets, _budgets(sent)], standing.proposed_at if standing else round_.closes_at)


def _sent(round_: Round) -> Sequence[Application]:
    return db.session.scalars(
        applications.sent_in(round_)
        .options(
            joinedload(Application.organisation),
            joinedload(Application.form_version),
            selectinload(Application.submissions),
            joinedload(Application.round).options(*VERSIONS),
        )
        .order_by(Application.number)
    ).all()


def _applications(round_: Round, sent: Iterable[Application]) -> Sheet:
    assert round_.form_version is not None  # a round has had its form since it was loaded
    spec = form_of(round_.form_version)
    asked = [field for field in spec.fields if field.kind is not Kind.BUDGET]
    columns = [column for field in asked for column in _columns(field, spec)]
    fixed = [
        Column(_("Numer")),
        Column(_("Status"), width=18),
        Column(_("Tytuł"), width=40),
        Column(_("Wnioskodawca"), width=36),
        Column(_("Województwo"), width=18),
        Column(_("Mieszkańcy gminy"), Cell.WHOLE),
        Column(_("Wnioskowana dotacja"), Cell.MONEY),
        Column(_("Zgoda na mniej, od"), Cell.MONEY),
        Column(_("Złożony"), Cell.MOMENT, 16),
        Column(_("Wersja"), Cell.WHOLE, 8),
        Column("SHA-256", width=20),
    ]
    return Sheet(_("Wnioski"), [*fixed, *columns], [_application(one, asked) for one in sent])


def _columns(field: Field, spec: FormSpec) -> list[Column]:
    """Return the columns of one question: two for a span of dates, its ends apart."""
    if field.kind is Kind.DATE_RANGE:
        return [Column(place_of(spec, f"{field.key}.{end}", language()), Cell.DAY, 16) for end in ("from", "to")]
    cells = {Kind.NUMBER: Cell.WHOLE, Kind.MONEY: Cell.MONEY, Kind.DATE: Cell.DAY}
    return [Column(place_of(spec, field.key, language()), cells.get(field.kind, Cell.TEXT), 24)]


def _application(application: Application, asked: Sequence[Field]) -> list[Any]:
    submission = application.submissions[-1]
    lines = {line.key: line for section in _read(application, submission) for line in section.lines}
    return [
        application.number, named(application.status), application.title, application.applicant_name,
        voivodeship(application.voivodeship), application.population, application.ask, application.accepts_from,
        submission.sent_at, submission.version, submission.content_hash,
        *(answer for field in asked for answer in _answers(lines.get(field.key), field)),
    ]  # fmt: skip


def _read(application: Application, submission: Submission) -> Any:
    files = [AttachedFile(item["field"], item["name"], item["size"]) for item in submission.attachments]
    facts = applications.facts(application, files, others=0)
    return read(form_of(application.form_version), submission.answers, facts, language())


def _answers(line: Line | None, field: Field) -> list[Any]:
    """Return the cells of one answer: a number or a day as one, a table as its rows, one below the other."""
    if field.kind is Kind.DATE_RANGE:
        ends = line.ends if line and line.ends else ((line.value if line else "", None), ("", None))
        return [text if day is None else day for text, day in ends]
    if line is None:
        return [None]
    if line.rows:
        return ["\n".join("; ".join(cell for cell in row if cell) for row in line.rows)]
    return [line.value if line.figure is None else line.figure]


def _scores(round_: Round, state: Official) -> Sheet:
    criteria = template_of(round_).scoring.criteria
    columns = [
        Column(_("Numer")),
        Column(_("Tytuł"), width=40),
        Column(_("Oceniający"), width=12),
        Column(_("Trzecia ocena"), width=10),
        *(Column(criterion.name.in_language(language()), Cell.EXACT, 12) for criterion in criteria),
        Column(_("Punkty karty"), Cell.DECIMAL, 10),
    ]
    rows = (
        [
            card.application,
            state.applications[card.application].title,
            card.juror,
            _("tak") if card.third else "",
            *(card.marks.get(criterion.key) for criterion in criteria),
            state.rules.rubric.points(card.marks) if state.rules.rubric.is_complete(card.marks) else None,
        ]
        for card in state.cards
    )
    return Sheet(_("Oceny"), columns, rows)


def _ranking(round_: Round, state: Official) -> Sheet:
    names = criteria_names(round_)
    columns = [
        Column(_("Miejsce"), Cell.WHOLE, 8),
        Column(_("Numer")),
        Column(_("Tytuł"), width=40),
        Column(_("Wnioskodawca"), width=36),
        Column(_("Województwo"), width=18),
        Column(_("Wynik"), Cell.DECIMAL, 10),
        Column(_("W tym dodatkowe"), Cell.DECIMAL, 10),
        Column(_("Karty"), Cell.WHOLE, 8),
        Column(_("Remis rozstrzyga"), width=24),
        Column(_("Wnioskowana dotacja"), Cell.MONEY),
        Column(_("Dotacja z rankingu"), Cell.MONEY),
        Column(_("Rozstrzygnięcie z rankingu"), width=18),
        Column(_("Powód"), width=50),
    ]
    rows = (
        [
            line.row.rank, line.application.number, line.application.title, line.application.applicant_name,
            voivodeship(line.application.voivodeship), line.row.points, Fraction(line.row.entry.bonus), line.row.cards,
            tie_step(line.row, names), line.application.ask, line.award, line.verdict, line.reason,
        ]
        for line in ranking_lines(state, state.applications, names)
    )  # fmt: skip
    return Sheet(_("Ranking"), columns, rows)


def _decisions(round_: Round, standing: Proposal) -> Sheet:
    """Write down what was decided first and what holds now, after those who resigned and those who moved up."""
    columns = [
        Column(_("Miejsce"), Cell.WHOLE, 8),
        Column(_("Numer")),
        Column(_("Tytuł"), width=40),
        Column(_("Wnioskodawca"), width=36),
        Column(_("Wnioskowana dotacja"), Cell.MONEY),
        Column(_("Pierwsza decyzja"), width=18),
        Column(_("Pierwsza dotacja"), Cell.MONEY),
        Column(_("Powód pierwszej decyzji"), width=50),
        Column(_("Rezygnacja"), Cell.MOMENT, 16),
        Column(_("Powód rezygnacji"), width=36),
        Column(_("Wejście z rezerwy"), Cell.MOMENT, 16),
        Column(_("Decyzja teraz"), width=18),
        Column(_("Dotacja teraz"), Cell.MONEY),
        Column(_("Stan decyzji"), width=22),
    ]
    state = decisions_state(standing)
    rows = (
        [
            line.rank, line.application.number, line.application.title, line.application.applicant_name,
            line.application.ask, named(line.outcome), line.award, line.reason,
            line.decision.resigned_at, line.decision.resigned_because, line.decision.promoted_at,
            named(line.decision.outcome), line.decision.amount, state,
        ]
        for line in lines_of(standing.ranking, standing.decisions, round_)
    )  # fmt: skip
    return Sheet(_("Decyzje"), columns, rows)


def _budgets(sent: Iterable[Application]) -> Sheet:
    sources = {
        "grant": _("Dotacja"),
        "own_cash": _("Wkład finansowy"),
        "own_work": _("Wkład osobowy"),
        "own_in_kind": _("Wkład rzeczowy"),
    }
    columns = [
        Column(_("Numer")),
        Column(_("Tytuł"), width=40),
        Column(_("Grupa kosztów"), width=20),
        Column(_("Koszt"), width=36),
        Column(_("Nr działania"), Cell.WHOLE, 9),
        Column(_("Ilość"), Cell.EXACT, 9),
        Column(_("Jednostka")),
        Column(_("Cena jednostkowa"), Cell.MONEY),
        Column(_("Razem"), Cell.MONEY),
        *(Column(sources[name], Cell.MONEY) for name in SOURCES),
    ]
    return Sheet(_("Kosztorysy"), columns, (row for one in sent for row in _costs(one)))


def _costs(application: Application) -> Iterator[list[Any]]:
    spec = form_of(application.form_version)
    groups = _groups(spec)
    for cost in budget_of(spec, application.submissions[-1].answers).lines:
        yield [application.number, application.title, groups.get(cost.group, cost.group), *_figures(cost)]


def _groups(spec: FormSpec) -> dict[str, str]:
    budget = spec.meaning(Meaning.BUDGET)
    return {option.key: option.label.in_language(language()) for option in budget.options} if budget else {}


def _figures(cost: BudgetLine) -> list[Any]:
    sources = [cost.sources.get(name) for name in SOURCES]
    return [cost.cost, cost.activity, cost.quantity, cost.unit, cost.unit_price, cost.total, *sources]
