"""The jurors: they say whether they can judge fairly, read, mark, give reasons, and hand their cards in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strefa.cli.demo.person import Person
from strefa.cli.demo.script import Applicant, Card
from strefa.cli.demo.visitor import Page

THIRD = "trzecia ocena"  # what a queue calls the assignment of a third juror


@dataclass
class Jury:
    """What the jury is going to say: by the number of an application.

    Args:
        related: number of the application whose first juror knows the applicant, and what she says about it.
    """

    applicants: Mapping[str, Applicant]
    backgrounds: Mapping[str, str]
    related: tuple[str, str, str] | None = None
    given: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def card_of(self, number: str, email: str, *, third: bool) -> Card:
        """Return what this juror says: the third one's card, or that of her background when nobody has given it."""
        cards, given = self.applicants[number].cards, self.given.setdefault(number, [])
        wanted = ["third"] if third else [self.backgrounds[email], "librarian", "other"]
        key = next(key for key in wanted if key not in given)
        given.append(key)
        return cards[key]


def works_through(jury: Jury, juror: Person, *, thirds: bool) -> int:
    """Do everything that waits in a juror's queue; returns how many applications that was.

    Args:
        thirds: third opinions too, which have days of their own.
    """
    desk, done = juror.comes().visitor, 0
    while waiting := [row for row in _waiting(desk.get("/jury")) if thirds or not row[2]]:
        number, address, third = waiting[0]
        done += 1
        if address.endswith("/bezstronnosc"):
            page = desk.get(address)
            juror.stage.later(minutes=2)
            if jury.related and jury.related[0] == number:
                _number, relation, note = jury.related
                jury.related = None
                desk.send(page, address, {"impartial": "no", "relation": relation, "note": note})
                continue
            page = desk.send(page, address, {"impartial": "yes"})
        else:
            page = desk.get(address)
        juror.stage.later(minutes=34)
        desk.send(page, page.address, _typed(page, jury.card_of(number, juror.email, third=third)), press="submit")
    return done


def _waiting(page: Page) -> list[tuple[str, str, bool]]:
    """List what waits in a queue: number, address, whether it is a third opinion."""
    rows = []
    for row in page.tree.xpath("//tbody/tr"):
        link = row.xpath(".//th//a")[0]
        if not row.xpath(".//*[contains(@class, 'badge') and contains(@class, 'good')]"):
            rows.append((link.text_content().strip(), link.get("href"), THIRD in row.text_content()))
    return rows


def _typed(page: Page, card: Card) -> dict[str, str]:
    """Return a card as the fields of its page, in the order in which the page asks."""
    names = [name for name in page.form(page.address).fields if name.startswith("mark_")]
    names = list(dict.fromkeys(names))
    marks = {name: mark for name, mark in zip(names, card.marks, strict=True)}
    reasons = {f"why_{name.removeprefix('mark_')}": why for name, why in zip(names, card.justifications, strict=True)}
    return marks | reasons
