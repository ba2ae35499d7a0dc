"""The librarians: they open accounts, write together, attach files, send, correct, withdraw, come too late."""

import re
from dataclasses import dataclass

from strefa.cli.demo import script
from strefa.cli.demo.person import Person
from strefa.cli.demo.script import Applicant
from strefa.cli.demo.stage import Stage
from strefa.cli.demo.visitor import Page, Visitor

_NUMBER = re.compile(r"\b[A-Z][A-Z0-9-]*-\d{4}\b")


@dataclass
class Team:
    """Those who apply: one writes, another signs; both may be the same. `number` is given when it is first sent."""

    applicant: Applicant
    editor: Person
    signatory: Person
    address: str = ""
    number: str = ""


def gathers(stage: Stage, applicant: Applicant, password: str, slug: str) -> Team:
    """Open an account, begin the application, and ask the signatory to join the organisation."""
    editor = Person(stage, applicant.editor["name"], applicant.editor["email"], password)
    editor.opens_account()
    editor.comes()
    team = Team(applicant, editor, editor)
    begins(team, slug)
    if applicant.signatory["email"] != applicant.editor["email"]:
        team.signatory = _joined(stage, team, password)
    return team


def begins(team: Team, slug: str) -> None:
    """Begin an application for the team's organisation: by its name, or chosen when it is known already."""
    desk, start = team.editor.visitor, f"/moje/nowy/{slug}"
    page = desk.get(start)
    known = page.tree.xpath("//button[@name='organisation']/@value")
    typed = {} if known else {"name": str(team.applicant.organisation["name"])}
    page = desk.send(page, start, typed, press=known[0] if known else "")
    team.address, team.number = page.address, ""


def _joined(stage: Stage, team: Team, password: str) -> Person:
    said, desk = team.applicant.signatory, team.editor.visitor
    signatory = Person(stage, said["name"], said["email"], password)
    address = desk.get("/moje/organizacje").links("/moje/organizacje/")
    page = desk.get(next(link for link in address if not link.endswith("/nowa")))
    desk.send(page, "/zaproszenia", {"email": said["email"], "role": "signatory"})
    stage.later(minutes=20)
    signatory.accepts_invitation()
    return signatory


def writes(stage: Stage, team: Team, but: str = "") -> None:
    """Fill in the form page by page, as it leads.

    Args:
        but: the section at which she stops.
    """
    answers = script.typed(script.moved(team.applicant.answers, stage.days))
    desk = team.editor.comes().visitor
    page = desk.get(f"{team.address}/a")
    while (key := page.address.removeprefix(team.address + "/")) not in ("braki", but):
        _attaches(stage, team, desk, page)
        fields = page.form(f"{team.address}/{key}").fields
        names = {re.sub(r"-\d+-", "-0-", name) for name in fields}
        here = {name: value for name, value in answers.items() if re.sub(r"-\d+-", "-0-", name) in names}
        stage.later(minutes=3)
        page = desk.send(page, f"{team.address}/{key}", here)


def _attaches(stage: Stage, team: Team, desk: Visitor, page: Page) -> None:
    actions = [form.action for form in page.tree.forms if f"{team.address}/pliki/" in (form.action or "")]
    if not actions or not team.applicant.attachments:
        return
    desk.send(page, actions[0], files={"file": [stage.copier.made(one) for one in team.applicant.attachments]})


def sends(stage: Stage, team: Team) -> None:
    """Look at what is missing, and send."""
    desk = team.signatory.comes().visitor
    page = desk.send(desk.get(f"{team.address}/braki"), f"{team.address}/zloz")
    found = _NUMBER.search(page.text("main"))
    if page.address != f"{team.address}/potwierdzenie" or not found:
        raise RuntimeError(f"„{team.applicant.title}” was not sent: {page.said}")
    team.number = found[0]


def corrects(stage: Stage, team: Team) -> None:
    """Open a sent application again before the close, mend one answer, and send it anew."""
    desk = team.editor.comes().visitor
    desk.send(desk.get(team.address), f"{team.address}/popraw")
    stage.later(minutes=6)
    page = desk.get(f"{team.address}/e")
    hours = script.typed(team.applicant.answers)["e3_hours"]
    desk.send(page, f"{team.address}/e", {"e3_hours": str(int(str(hours)) + 4)})
    stage.later(minutes=3)
    sends(stage, team)


def withdraws(team: Team, reason: str) -> None:
    """Withdraw what was sent."""
    desk = team.signatory.comes().visitor
    desk.send(desk.get(f"{team.address}/wycofaj"), f"{team.address}/wycofaj", {"reason": reason})


def comes_too_late(team: Team) -> None:
    """Press the button when the call is over: refused with a sentence, and nothing is lost."""
    desk = team.signatory.comes().visitor
    desk.send(desk.get(f"{team.address}/braki"), f"{team.address}/zloz", expected=422)
