"""What happens to a sent application, in words from the round's timetable.

Only the timetable is asked, never what has been decided meanwhile: whoever waits reads the same, whatever awaits her.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from strefa.contest.rounds.models import Round
from strefa.infra import i18n
from strefa.infra.i18n import _, _l
from strefa.outputs.names import named
from strefa.outputs.timing import end_of_stage, timetable
from strefa.rules.timetable import Phase, Stage

HAPPENS: dict[Phase, Any] = {
    Phase.CALL: _l("Do końca naboru wniosek można poprawić i złożyć ponownie. Liczy się ostatnia złożona wersja."),
    Phase.SCREENING: _l(
        "Biuro konkursu sprawdza każdy wniosek według listy wymogów ze strony edycji. Nic nie trzeba robić."
    ),
    Phase.CORRECTIONS: _l("Jeśli czegoś brakuje i wolno to uzupełnić, napiszemy i powiemy, co i do kiedy."),
    Phase.CALIBRATION: _l("Jury uzgadnia, jak rozumie kryteria."),
    Phase.SCORING: _l("Każdy wniosek dopuszczony do oceny czytają niezależnie co najmniej dwie osoby z jury."),
    Phase.THIRD_SCORING: _l("Gdzie oceny bardzo się różnią, wniosek czyta trzecia osoba."),
    Phase.MEETING: _l("Jury spotyka się i układa listę rankingową."),
    Phase.RESULTS: _l(
        "Rozstrzygnięcie będzie na stronie edycji, a każdy wnioskodawca dostanie list i pismo z uzasadnieniem."
    ),
    Phase.APPEALS: _l("Można się odwołać w czasie, który podaje pismo."),
    Phase.AGREEMENTS: _l("Z organizacjami, które dostały dotację, podpisujemy umowy."),
    Phase.REPORT: _l("Organizacje z dotacją składają sprawozdanie."),
}


@dataclass(frozen=True)
class Ahead:
    """A stage that runs or is to come: its name, when, and what happens in it. `is_now` tells which."""

    name: str
    when: str
    what: str
    is_now: bool


def ahead(round_: Round, now: datetime) -> list[Ahead]:
    """List what runs now, what comes next, and the results if they come later yet."""
    stages = [stage for stage in timetable(round_).stages if stage.key in HAPPENS]
    running = [stage for stage in stages if stage.is_on(now)]
    coming = sorted((stage for stage in stages if stage.starts > now), key=lambda stage: stage.starts)
    later = [stage for stage in coming[1:] if stage.key is Phase.RESULTS]
    return [_told(stage, is_now=True) for stage in running] + [_told(stage) for stage in coming[:1] + later]


def _told(stage: Stage, *, is_now: bool = False) -> Ahead:
    when = _("do %(end)s", end=end_of_stage(stage.ends)) if is_now else _("od %(start)s", start=i18n.day(stage.starts))
    return Ahead(str(named(stage.key)), when, str(HAPPENS[stage.key]), is_now)
