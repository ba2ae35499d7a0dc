"""The contest in the order of time; a later stage reads earlier ones, never the reverse."""

# Every table is known as soon as one stage is: foreign keys reach across stages.
from strefa.contest.applications import models as _applications
from strefa.contest.decisions import models as _decisions
from strefa.contest.jury import models as _jury
from strefa.contest.people import models as _people
from strefa.contest.privacy import models as _privacy
from strefa.contest.rounds import models as _rounds
from strefa.contest.screening import models as _screening
from strefa.infra import files as _files
from strefa.infra import jobs as _jobs
from strefa.infra import journal as _journal
from strefa.infra import messages as _messages

TABLES = (
    _people, _rounds, _applications, _screening, _jury, _decisions, _privacy, _files, _jobs, _journal, _messages,
)  # fmt: skip
