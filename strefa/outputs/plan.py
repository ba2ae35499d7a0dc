"""A proposed assignment as the office looks at it: who gets what, what changes, what is missing and why."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from strefa.contest.applications.models import Application
from strefa.contest.jury import panel_queries, plan_queries
from strefa.contest.jury.models import AssignmentPlan, JuryMember
from strefa.contest.rounds.models import Round
from strefa.infra.i18n import _
from strefa.outputs.names import named
from strefa.rules.assignment import Pair
from strefa.rules.conflicts import Ground

ROWS = 50  # questions on a page


@dataclass(frozen=True)
class PlanLine:
    """One application: jurors who stay, come and go, by name; why somebody is missing, in a sentence.

    `asks` says what the program would ask whom about: "Anna Nowak: ta sama gmina".
    """

    application: Application
    stay: Sequence[str]
    come: Sequence[str]
    go: Sequence[str]
    lacks: str
    asks: Sequence[str] = ()


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


@dataclass(frozen=True)
class _Change:
    """What a plan does to what stood before it, and the applications and jurors that it is about."""

    before: frozenset[Pair]
    come: frozenset[Pair]
    go: frozenset[Pair]
    applications: Sequence[Application]
    panel: Sequence[JuryMember]
    questions: Mapping[Pair, Sequence[Ground]] = field(default_factory=dict[Pair, Sequence[Ground]])
    is_stale: bool = False

    def without(self, barred: Collection[int]) -> "_Change":
        before, come, go = (panel_queries.kept(pairs, barred) for pairs in (self.before, self.come, self.go))
        known = [one for one in self.applications if one.id not in barred]
        return replace(self, before=before, come=come, go=go, applications=known)


def plan_view(plan: AssignmentPlan, round_: Round, barred: Collection[int] = ()) -> PlanView:
    """Compare a plan with what stands, an applied one with what stood then: a fixed number of statements.

    Args:
        barred: ids of applications that impartiality keeps from whoever looks; nothing tells about them.
    """
    members = panel_queries.members(round_.id)
    names = {str(member.person_id): member.person.name for member in members}
    planned = frozenset((str(application), str(juror)) for application, juror in plan.pairs)
    change = (_proposed if plan.applied_at is None else _applied)(plan, round_, planned, members).without(barred)
    planned = panel_queries.kept(planned, barred)
    lacks = {str(shortage["application"]): _lacks(shortage) for shortage in plan.shortages}
    stay, come, go = (_readers(pairs, names) for pairs in (planned - change.come, change.come, change.go))
    asks = _asks(change.questions, names)
    lines = [
        PlanLine(
            one, stay.get(one.id, []), come.get(one.id, []), go.get(one.id, []), lacks.get(str(one.id), ""),
            asks.get(one.id, []),
        )
        for one in change.applications
    ]  # fmt: skip
    before, after = (Counter(juror for _application, juror in pairs) for pairs in (change.before, planned))
    return PlanView(
        lines=lines,
        loads=[
            (m.person.name, named(m.background), before[str(m.person_id)], after[str(m.person_id)])
            for m in change.panel
        ],
        names=[m.person.name for m in change.panel],
        overlap=_overlap(planned, names),
        come=sum(len(line.come) for line in lines),
        go=sum(len(line.go) for line in lines),
        is_stale=change.is_stale,
    )


def _proposed(plan: AssignmentPlan, round_: Round, planned: frozenset[Pair], members: Sequence[JuryMember]) -> _Change:
    facts = panel_queries.table(round_)
    return _Change(
        before=facts.standing,
        come=planned - facts.standing,
        go=facts.standing - planned - facts.begun,
        applications=plan_queries.eligible(round_.id),
        panel=[member for member in members if member.left_at is None],
        questions=facts.questions(planned),
        is_stale=facts.hash != plan.input_hash,
    )


def _applied(plan: AssignmentPlan, round_: Round, planned: frozenset[Pair], members: Sequence[JuryMember]) -> _Change:
    """Say what was applied: whoever recused, left or withdrew since stands in it as she stood then."""
    assert plan.applied_at is not None
    come, go = plan_queries.applied_changes(plan)
    about = {application for application, _juror in planned | go} | {str(one["application"]) for one in plan.shortages}
    return _Change(
        before=(planned - come) | go,
        come=come,
        go=go,
        applications=[one for key, one in plan_queries.sent_by_id(round_.id).items() if key in about],
        panel=[
            member
            for member in members
            if member.joined_at <= plan.applied_at and (member.left_at is None or member.left_at > plan.applied_at)
        ],
    )


def _readers(pairs: Iterable[Pair], names: Mapping[str, str]) -> dict[int, list[str]]:
    """Return the names of each application's jurors, by its id."""
    readers: dict[int, list[str]] = {}
    for application, juror in sorted(pairs):
        readers.setdefault(int(application), []).append(names.get(juror, ""))
    return readers


def _asks(questions: Mapping[Pair, Iterable[Ground]], names: Mapping[str, str]) -> dict[int, list[str]]:
    """Say for each application, by its id, whom the program would ask about what."""
    asks: dict[int, list[str]] = {}
    for (application, juror), grounds in questions.items():
        asks.setdefault(int(application), []).append(f"{names.get(juror, '')}: {said(grounds)}")
    return asks


def said(grounds: Iterable[Ground]) -> str:
    """Write grounds in words: "podobna nazwa organizacji, ta sama gmina"."""
    return ", ".join(named(ground) for ground in grounds)


@dataclass(frozen=True)
class Question:
    """What the program asks a juror about one application that she has, and whether she has declared on it."""

    application: Application
    juror: str
    about: str
    declared: bool


@dataclass(frozen=True)
class Questions:
    """One page of the questions, the nearest there is to the one asked for."""

    rows: Sequence[Question]
    number: int
    last: int


def questions(facts: panel_queries.Table, names: Mapping[str, str], number: int) -> Questions:
    """Return one page of what jurors are asked about the applications they have."""
    asked = list(facts.questions(facts.standing | facts.thirds).items())
    last = max(1, -(-len(asked) // ROWS))
    number = min(max(1, number), last)
    shown = asked[(number - 1) * ROWS : number * ROWS]
    applications = plan_queries.by_ids({int(application) for (application, _juror), _grounds in shown})
    lines = [
        Question(applications[int(one)], names.get(juror, ""), said(grounds), (one, juror) in facts.impartial)
        for (one, juror), grounds in shown
    ]
    return Questions(lines, number, last)


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
