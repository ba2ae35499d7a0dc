"""The office and the foundation: they load the round, invite, check, assign, propose, approve, publish, promote."""

from dataclasses import dataclass, field

from strefa.cli.demo import regulations
from strefa.cli.demo.person import Person
from strefa.cli.demo.visitor import Page, Surprise


@dataclass
class Office:
    """Those who run one round. `slug` is its address, `jurors` its panel."""

    slug: str
    coordinator: Person
    chair: Person
    approver: Person
    auditor: Person
    jurors: list[Person] = field(default_factory=list[Person])

    @property
    def address(self) -> str:
        return f"/biuro/edycje/{self.slug}"


def loads_round(person: Person, source: str) -> None:
    """Load a round from its text, on the page."""
    desk, new = person.comes().visitor, "/biuro/edycje/nowa"
    desk.send(desk.get(new), new, {"text": source})


def publishes_regulations(office: Office) -> None:
    """Publish the regulations on the page of the round."""
    desk, address = office.coordinator.comes().visitor, f"{office.address}/regulamin"
    said = {"title": regulations.TITLE, "title_en": regulations.TITLE_EN}
    _expects(desk.send(desk.get(address), address, said, files={"file": [regulations.regulations()]}), address)


def logs_outage(office: Office, starts: str, ends: str, what: tuple[str, str]) -> None:
    """Log an outage on the page of the close; one that is logged already is told anew.

    Args:
        starts, ends: as they are typed, "2027-02-11 14:40" in Polish time; an empty end is still to come.
        what: what was down, in Polish and in English.
    """
    desk, address = office.coordinator.comes().visitor, f"{office.address}/koniec-naboru"
    page = desk.get(address)
    said = {"starts": starts, "ends": ends, "what": what[0], "what_en": what[1], "key": _logged(page, "/awarie", "key")}
    _expects(desk.send(page, "/awarie", said), address)


def extends_call(office: Office, until: str, reason: tuple[str, str]) -> None:
    """Move the close for all because of the logged outage: look at whom it concerns, and do it."""
    desk, address = office.coordinator.comes().visitor, f"{office.address}/koniec-naboru"
    page = desk.get(address)
    said = {"until": until, "reason": reason[0], "reason_en": reason[1], "outage": _logged(page, "/sprawdz", "outage")}
    looked_at = desk.send(page, "/sprawdz", said)
    office.coordinator.stage.later(minutes=2)
    _expects(desk.send(looked_at, "/koniec-naboru"), address)


def _logged(page: Page, action: str, name: str) -> str:
    """Return the outage that is logged, to choose it in a form; nothing before any is."""
    return page.form(action).inputs[name].value_options[-1]


def invites_juror(office: Office, name: str, email: str, background: str, voivodeship: str, organisation: str) -> None:
    """Ask somebody to join the panel."""
    desk = office.coordinator.comes().visitor
    said = {
        "name": name, "email": email, "background": background, "voivodeship": voivodeship,
        "affiliation": organisation,
    }  # fmt: skip
    desk.send(desk.get(f"{office.address}/jury"), "/jury/zaproszenia", said)


def asks_to_mend(office: Office, number: str, field: str, criterion: str, note: str) -> None:
    """Ask an applicant to mend one field: mark it, look at the request, and send it."""
    desk, address = office.coordinator.comes().visitor, f"{sent(office, 'submitted')[number]}/wezwanie"
    said = {f"{field}-asked": True, f"{field}-criterion": criterion, f"{field}-note": note}
    page = desk.send(desk.get(address), address, said)
    office.coordinator.stage.later(minutes=3)
    _expects(desk.send(page, address, press="send"), address.removesuffix("/wezwanie"))


def checks_formally(office: Office, failing: dict[str, tuple[str, str, str]], status: str = "submitted") -> None:
    """Judge every application that waits: what the machine says stands, the rest is met, unless it is among the failing.

    Args:
        failing: number to criterion, reason from its list, and words of one's own.
        status: the one in which they wait.
    """
    coordinator = office.coordinator
    for number, address in sent(office, status).items():
        desk = coordinator.comes().visitor
        page = desk.get(f"{address}/ocena-formalna")
        form = page.form(f"{address}/ocena-formalna")
        said = {name: "yes" for name in form.fields if name.endswith("-passed") and form.fields[name] is None}
        if number in failing:
            criterion, reason, note = failing[number]
            said |= {f"{criterion}-passed": "no", f"{criterion}-reason": reason, f"{criterion}-note": note}
        coordinator.stage.later(minutes=9)
        desk.send(page, f"{address}/ocena-formalna", said)


def publishes_formal_list(office: Office) -> None:
    """Publish the results of the formal check, and open them as anybody would."""
    desk, address = office.coordinator.comes().visitor, f"{office.address}/ocena-formalna"
    _expects(desk.send(desk.get(address), f"{address}/oglos"), address)
    desk.get(f"/edycje/{office.slug}/ocena-formalna")


def sent(office: Office, status: str) -> dict[str, str]:
    """Return the sent applications of one status: number to address in the office."""
    page = office.coordinator.comes().visitor.get(f"{office.address}/wnioski?status={status}")
    rows = page.tree.xpath("//tbody//th[@scope='row']//a")
    return {row.text_content().strip(): row.get("href") for row in rows}


def assigns(office: Office, seed: int) -> None:
    """Have the assignment proposed, look at it, and apply it."""
    desk = office.coordinator.comes().visitor
    page = desk.send(desk.get(f"{office.address}/jury"), "/jury/przydzial", {"seed": str(seed)})
    office.coordinator.stage.later(minutes=25)
    desk.send(page, "/zastosuj")


def proposes(office: Office) -> None:
    """Look at the ranking, freeze it and propose decisions."""
    desk = office.coordinator.comes().visitor
    _expects(desk.send(desk.get(f"{office.address}/ranking"), "/propozycja"), "/decyzje")


def approves(office: Office) -> None:
    """Approve what was proposed, as the second person."""
    desk = office.approver.comes().visitor
    _expects(desk.send(desk.get(f"{office.address}/decyzje"), "/zatwierdz"), "/decyzje")


def publishes(office: Office) -> None:
    """Open the results to everybody."""
    desk = office.coordinator.comes().visitor
    desk.send(desk.get(f"{office.address}/decyzje"), "/oglos")
    desk.get(f"/edycje/{office.slug}/wyniki")


def notes_resignation(office: Office, number: str, reason: str) -> None:
    """Write down that somebody gives the grant back."""
    desk = office.coordinator.comes().visitor
    desk.send(desk.get(f"{office.address}/decyzje"), f"/dotacje/{number}/rezygnacja", {"reason": reason})


def promotes(office: Office) -> None:
    """Give what is free to the next on the reserve list."""
    desk = office.coordinator.comes().visitor
    desk.send(desk.get(f"{office.address}/decyzje"), "/rezerwa")


def _expects(page: Page, end: str) -> None:
    """Make sure that a step was not refused: a refusal leads elsewhere."""
    if not page.address.endswith(end):
        raise Surprise(f"{page.address} instead of …{end}: {page.said}")
