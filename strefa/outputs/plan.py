"""A proposed assignment as the office looks at it: who gets what, what changes, what is missing and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from strefa.contest.applications.models import Application
from strefa.contest.jury import panel_queries
from strefa.contest.jury.models import AssignmentPlan
from strefa.contest.rounds.models import Round
from strefa.infra.i18n import _
from strefa.outputs.names import named
from strefa.rules.assignment import Pair
from strefa.rules.conflicts import Ground


@dataclass(frozen=True)
class PlanLine:
    """One application: jurors who stay, come and go, by name; why somebody is missing, in a sentence."""

    application: Application
    stay: Sequence[str]
    come: Sequence[str]
    go: Sequence[str]
    lacks: str


@dataclass(frozen=True)
class PlanView:
    """The whole of a plan. `overlap` counts the applications two jurors share, by their names."""

    lines: Sequence[PlanLine]
    loads: Sequence[tuple[str, str, int, int]]  # name, background, applications now, applications then
    names: Sequence[str]
    overlap: Mapping[tuple[str, str], int]
    come: int
    go: int
    is_stale: bool


def plan_view(plan: AssignmentPlan, round_: Round) -> PlanView:
    """Compare a plan with what stands: a fixed number of statements."""
    facts = panel_queries.table(round_)
    members = panel_queries.members(round_.id)
    names = {str(member.person_id): member.person.name for member in members}
    planned = {(str(application), str(juror)) for application, juror in plan.pairs}
    lacks = {str(shortage["application"]): _lacks(shortage) for shortage in plan.shortages}
    stay, come, go = (
        _readers(pairs, names)
        for pairs in (planned & facts.standing, planned - facts.standing, facts.standing - planned - facts.begun)
    )
    lines = [
        PlanLine(one, stay.get(one.id, []), come.get(one.id, []), go.get(one.id, []), lacks.get(str(one.id), ""))
        for one in panel_queries.eligible(round_.id)
    ]
    before, after = (Counter(juror for _application, juror in pairs) for pairs in (facts.standing, planned))
    return PlanView(
        lines=lines,
        loads=[
            (m.person.name, named(m.background), before[str(m.person_id)], after[str(m.person_id)])
            for m in members
            if m.left_at is None
        ],
        names=[m.person.name for m in members if m.left_at is None],
        overlap=_overlap(planned, names),
        come=sum(len(line.come) for line in lines),
        go=sum(len(line.go) for line in lines),
        is_stale=plan.applied_at is None and facts.hash != plan.input_hash,
    )


def _readers(pairs: Iterable[Pair], names: Mapping[str, str]) -> dict[int, list[str]]:
    """Return the names of each application's jurors, by its id."""
    readers: dict[int, list[str]] = {}
    for application, juror in sorted(pairs):
        readers.setdefault(int(application), []).append(names.get(juror, ""))
    return readers


def _overlap(planned: Iterable[Pair], names: Mapping[str, str]) -> dict[tuple[str, str], int]:
    together = _readers(planned, names).values()
    return Counter((one, other) for them in together for one in them for other in them if one != other)


def _lacks(shortage: Mapping[str, object]) -> str:
    """Say who is missing and why: "brakuje 1 osoby (spoza bibliotek): to samo województwo – 2"."""
    excluded = shortage["excluded"]
    assert isinstance(excluded, dict)  # as `propose` stored it
    reasons = [f"{named(Ground(key))} – {count}" for key, count in sorted(excluded.items())]
    if shortage["full"]:
        reasons.append(_("ma już komplet wniosków – %(count)s", count=shortage["full"]))
    who = named(str(shortage["background"])) if shortage["background"] else _("ktokolwiek z jury")
    why = "; ".join(reasons) or _("nikogo takiego nie ma w jury")
    return _("Brakuje osób: %(count)s (%(who)s). Dlaczego: %(why)s.", count=shortage["missing"], who=who, why=why)
