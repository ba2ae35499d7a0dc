"""The librarians: they open accounts, write together, attach files, send, correct, withdraw, come too late."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from strefa.cli.demo import script
from strefa.cli.demo.person import Person
from strefa.cli.demo.script import Applicant
from strefa.cli.demo.stage import Stage
from strefa.cli.demo.visitor import Page, Visitor

BUDGET = "g"  # the section that an accountant fills
_NUMBER = re.compile(r"\b[A-Z][A-Z0-9-]*-\d{4}\b")


@dataclass
class Team:
    """Those who apply: one writes, another signs; both may be the same. `number` is given when it is first sent.

    The budget is an accountant's where there is one.
    """

    applicant: Applicant
    editor: Person
    signatory: Person
    accountant: Person | None = None
    address: str = ""
    number: str = ""


def gathers(stage: Stage, applicant: Applicant, password: str, slug: str) -> Team:
    """Open an account, begin the application, and ask the others to join the organisation."""
    first = applicant.beginner or applicant.editor
    editor = Person(stage, first["name"], first["email"], password)
    editor.opens_account()
    editor.comes()
    team = Team(applicant, editor, editor)
    begins(team, slug)
    if applicant.beginner:
        _hands_over(stage, team, password)
    if applicant.accountant:
        team.accountant = _joined(stage, team, applicant.accountant, "accountant", password)
    if applicant.signatory["email"] != applicant.editor["email"]:
        team.signatory = _joined(stage, team, applicant.signatory, "signatory", password)
    return team


def _hands_over(stage: Stage, team: Team, password: str) -> None:
    """Have whoever began it invite the editor, who takes over: the first may only read from then on."""
    first, team.editor = team.editor, _joined(stage, team, team.applicant.editor, "editor", password)
    team.signatory = team.editor
    stage.later(minutes=5)
    desk = team.editor.comes().visitor
    page = desk.get(_organisation(desk))
    form = page.tree.xpath("//section[h3/span[text()=$email]]/form", email=first.email)[0]
    desk.send(page, form.get("action"), {"roles": ["reader"]})


def begins(team: Team, slug: str) -> None:
    """Begin an application for the team's organisation: by its name, or chosen when it is known already."""
    desk, start = team.editor.visitor, f"/moje/nowy/{slug}"
    page = desk.get(start)
    known = page.tree.xpath("//button[@name='organisation']/@value")
    typed = {} if known else {"name": str(team.applicant.organisation["name"])}
    page = desk.send(page, start, typed, press=known[0] if known else "")
    team.address, team.number = page.address, ""


def roles(team: Team) -> dict[str, list[str]]:
    """Return what each person may do in the team's organisation, by her address, as its page says."""
    desk = team.editor.comes().visitor
    people = desk.get(_organisation(desk)).tree.xpath("//section[h3/span][form]")
    return {one.xpath("string(h3/span)"): one.xpath(".//input[@name='roles'][@checked]/@value") for one in people}


def _organisation(desk: Visitor) -> str:
    links = desk.get("/moje/organizacje").links("/moje/organizacje/")
    return next(link for link in links if not link.endswith("/nowa"))


def _joined(stage: Stage, team: Team, said: Mapping[str, str], role: str, password: str) -> Person:
    """Have the editor invite somebody into the organisation, who accepts by the letter."""
    desk = team.editor.comes().visitor
    desk.send(desk.get(_organisation(desk)), "/zaproszenia", {"email": said["email"], "role": role})
    stage.later(minutes=5)
    somebody = Person(stage, said["name"], said["email"], password)
    somebody.accepts_invitation()
    return somebody


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
        if key == BUDGET and team.accountant:
            hers = team.accountant.comes().visitor
            page = desk.get(hers.send(hers.get(page.address), f"{team.address}/{key}", here).address)
        else:
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


def mends(stage: Stage, team: Team, section: str, field: str, more: str) -> None:
    """Add to the one answer that the office asked about, and send anew."""
    desk = team.editor.comes().visitor
    desk.get(team.address)
    address = f"{team.address}/{section}"
    page = desk.get(address)
    said = page.form(address).fields[field]
    stage.later(minutes=7)
    desk.send(page, address, {field: f"{said} {more}"})
    stage.later(minutes=50)
    sends(stage, team)


def withdraws(team: Team, reason: str) -> None:
    """Withdraw what was sent."""
    desk = team.signatory.comes().visitor
    desk.send(desk.get(f"{team.address}/wycofaj"), f"{team.address}/wycofaj", {"reason": reason})


def comes_too_late(team: Team) -> None:
    """Press the button when the call is over: refused with a sentence, and nothing is lost."""
    desk = team.signatory.comes().visitor
    desk.send(desk.get(f"{team.address}/braki"), f"{team.address}/zloz", expected=422)
