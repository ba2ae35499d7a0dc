"""The formal check of a round as spreadsheets: for staff with reasons, and the published list for everybody."""

from typing import Any

from sqlalchemy import Select, select

from strefa.contest.applications import queries as applications
from strefa.contest.applications.models import Application
from strefa.contest.rounds.models import Round
from strefa.contest.rounds.queries import template_of
from strefa.contest.screening.models import CorrectionRequest, FormalCheck, FormalList, FormalVerdict
from strefa.infra.database import db
from strefa.infra.i18n import _, language
from strefa.outputs.names import named, voivodeship
from strefa.outputs.tables import Cell, Column, Sheet, excel_csv, workbook
from strefa.rules.lifecycle import Status


def results(round_: Round) -> bytes:
    """Return the workbook, of the sent applications by number; equal data give equal bytes."""
    sent = db.session.scalars(applications.sent_in(round_).order_by(Application.number)).all()
    ids = select(Application.id).where(Application.round_id == round_.id)
    checks = {one.application_id: one for one in db.session.scalars(_of(FormalCheck, ids))}
    asked = {one.application_id: one for one in db.session.scalars(_of(CorrectionRequest, ids))}
    failed: dict[int, list[FormalVerdict]] = {}
    for verdict in db.session.scalars(_of(FormalVerdict, ids).where(FormalVerdict.passed.is_(False))):
        failed.setdefault(verdict.application_id, []).append(verdict)
    said = {
        (criterion.key, reason.key): reason.text.in_language(language())
        for criterion in template_of(round_).formal_criteria
        for reason in criterion.reasons
    }
    columns = [
        Column(_("Numer")), Column(_("Tytuł"), width=40), Column(_("Wnioskodawca"), width=36),
        Column(_("Województwo"), width=18), Column(_("Status"), width=26), Column(_("Oceniony"), Cell.MOMENT, 16),
        Column(_("Niespełnione kryteria i powody"), width=60), Column(_("Wezwanie"), Cell.MOMENT, 16),
        Column(_("Termin"), Cell.MOMENT, 16),
    ]  # fmt: skip
    rows = [
        [
            one.number, one.title, one.applicant_name, voivodeship(one.voivodeship), named(one.status),
            checks[one.id].decided_at if one.id in checks else None,
            "\n".join(f"{v.criterion}: {said.get((v.criterion, v.reason), v.reason)} {v.note}".strip()
                      for v in failed.get(one.id, [])),
            asked[one.id].sent_at if one.id in asked else None,
            asked[one.id].deadline if one.id in asked else None,
        ]
        for one in sent
    ]  # fmt: skip
    return workbook([Sheet(_("Ocena formalna"), columns, rows)], round_.closes_at)


def published(told: FormalList) -> bytes:
    """Return the published list as CSV: the rows as they were told, whatever came after."""
    headings = _("Numer"), _("Tytuł"), _("Wnioskodawca"), _("Województwo"), _("Wynik")
    rows = (
        (row["number"], row["title"], row["applicant"], voivodeship(row["voivodeship"]), named(Status(row["status"])))
        for row in told.rows
    )
    return excel_csv(headings, rows)


def _of(table: Any, ids: Select[Any]) -> Select[Any]:
    return select(table).where(table.application_id.in_(ids)).order_by(table.id)
