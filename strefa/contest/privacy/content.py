"""What erasing does to one application: all its content goes, or one person's name and addresses in it.

Not an action: whoever calls it writes the journal.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, null, or_, select, update

from strefa.contest.applications.models import (
    Application,
    Attachment,
    Extension,
    PartialUpload,
    Presence,
    SectionAnswers,
    SectionHistory,
    Submission,
)
from strefa.contest.decisions.models import Decision
from strefa.contest.jury.models import Assignment, CardHistory, ImpartialityDeclaration, Mark, ScoreCard
from strefa.contest.privacy.register import STAYS
from strefa.contest.screening.models import CorrectionRequest, FormalCheck, FormalVerdict
from strefa.infra import files
from strefa.infra.database import db
from strefa.infra.files import Document
from strefa.infra.jobs import Job, ask
from strefa.infra.journal import Entry
from strefa.rules.lifecycle import Status

OF_SUBMISSION = ("receipt", "application")
OF_REQUEST = ("correction_request", "unconsidered_letter")
OF_APPLICATION = ("formal_card", "consolidated_card", "formal_letter")


def erase_answers(application: Application, now: datetime) -> int:
    """Erase what an application says: answers, files, papers, what was written of it. Returns how many files went."""
    mine = application.id
    hashes = {*db.session.scalars(select(Attachment.sha256).where(Attachment.application_id == mine))}
    hashes |= drop_papers(papers_of(application))
    drop_waiting_papers(application)
    for table in (SectionAnswers, SectionHistory, Presence, Attachment, PartialUpload):
        db.session.execute(delete(table).where(table.application_id == mine))
    sent = update(Submission).where(Submission.application_id == mine)
    db.session.execute(sent.values(answers={}, attachments=[], erased_at=now))
    _forget_words(mine)
    application.contact_email, application.erased_at = None, now
    if application.status is Status.DRAFT:
        application.title = application.sort_key = application.applicant_name = ""
        application.applicant_nip = None
    erase_details(Entry.subject == f"application:{application.public_id}")
    db.session.flush()
    db.session.expire_all()
    return len(files.forget(hashes))


def _forget_words(application_id: int) -> None:
    """Forget what staff and jurors wrote of an application; what they decided and how they scored it stays."""
    cards = select(ScoreCard.id).join(Assignment).where(Assignment.application_id == application_id)
    verdicts, checks = FormalVerdict.application_id == application_id, FormalCheck.application_id == application_id
    declared = ImpartialityDeclaration.application_id == application_id
    asked = update(CorrectionRequest).where(CorrectionRequest.application_id == application_id)
    db.session.execute(asked.values(items=[], extended_because="", cancelled_because=""))
    given_back = update(Decision).where(Decision.application_id == application_id)
    db.session.execute(given_back.values(resigned_because=""))
    db.session.execute(update(Extension).where(Extension.application_id == application_id).values(reason=""))
    db.session.execute(update(FormalVerdict).where(verdicts).values(note=""))
    db.session.execute(update(FormalCheck).where(checks).values(taken_back_reason=""))
    db.session.execute(update(ImpartialityDeclaration).where(declared).values(note=""))
    db.session.execute(update(ScoreCard).where(ScoreCard.id.in_(cards)).values(reopened_reason=""))
    db.session.execute(update(Mark).where(Mark.card_id.in_(cards)).values(justification=""))
    db.session.execute(delete(CardHistory).where(CardHistory.card_id.in_(cards)))


def papers_of(application: Application) -> Any:
    """Return the condition of the papers that are about one application, and of the jobs that make them."""
    sent = select(cast(Submission.id, String)).where(Submission.application_id == application.id)
    cards = select(cast(ScoreCard.id, String)).join(Assignment).where(Assignment.application_id == application.id)
    asked = select(cast(CorrectionRequest.id, String)).where(CorrectionRequest.application_id == application.id)
    decided = select(cast(Decision.id, String)).where(Decision.application_id == application.id)
    return or_(
        Document.kind.in_(OF_SUBMISSION) & Document.subject.in_(sent),
        Document.kind.in_(OF_APPLICATION) & (Document.subject == str(application.id)),
        Document.kind.in_(OF_REQUEST) & Document.subject.in_(asked),
        (Document.kind == "score_card") & Document.subject.in_(cards),
        (Document.kind == "letter") & Document.subject.in_(decided),
    )


def drop_papers(condition: Any, *, again: datetime | None = None) -> set[str]:
    """Take papers off their shelf, and the jobs that would make them. Returns the hashes of their contents.

    Args:
        again: when they are to be made anew, from what the data say then; None: not at all.
    """
    papers = db.session.execute(select(Document.id, Document.sha256, Document.kind, Document.subject).where(condition))
    rows = papers.all()
    db.session.execute(delete(Document).where(Document.id.in_([row[0] for row in rows])))
    subjects = [f"{kind}:{subject}" for _id, _sha256, kind, subject in rows]
    if again is None:
        db.session.execute(delete(Job).where(Job.kind == "document", Job.subject.in_(subjects)))
    else:
        for subject in subjects:
            ask("document", subject, now=again)
    return {row[1] for row in rows}


def drop_waiting_papers(application: Application) -> None:
    """Take back the jobs for papers of an application's sent versions that are not made yet."""
    sent = db.session.scalars(select(Submission.id).where(Submission.application_id == application.id))
    unmade = [f"{kind}:{one}" for one in sent for kind in OF_SUBMISSION]
    db.session.execute(delete(Job).where(Job.kind == "document", Job.subject.in_(unmade)))


def erase_details(*conditions: Any) -> int:
    """Erase salt and details of the journal's entries that meet the conditions; hashes stay, so the chain does."""
    wanted = Entry.salt.is_not(None), Entry.verb.not_in(STAYS), *conditions
    done: Any = db.session.execute(update(Entry).where(*wanted).values(salt=null(), details=null()))
    return int(done.rowcount)
