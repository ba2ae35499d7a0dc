"""Somebody in the played round: opens an account, claims an invitation, signs in, gives the second step."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pyotp.totp import TOTP

from strefa.cli.demo.stage import Stage
from strefa.cli.demo.visitor import Page, Visitor

STAYS = timedelta(hours=8)  # after so long somebody signs in anew
SET_UP, CODE, DEVICE = "/konto/drugi-krok/ustawienie", "/konto/drugi-krok", "/konto/nowe-urzadzenie"


@dataclass
class Person:
    """One of the people, with a browser of her own."""

    stage: Stage
    name: str
    email: str
    password: str
    visitor: Visitor = field(init=False)
    secret: str = ""
    came: datetime | None = None

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.stage.app)

    def opens_account(self) -> None:
        """Sign up, and confirm the address by the link in the letter."""
        page = self.visitor.get("/konto/nowe")
        self.visitor.send(page, "/konto/nowe", {"name": self.name, "email": self.email, "password": self.password})
        self.stage.later(minutes=2)
        link = self.stage.link(self.email, "/konto/potwierdzenie/")
        self.visitor.send(self.visitor.get(link), _path_of(link))

    def accepts_invitation(self) -> None:
        """Claim the invitation in the newest letter by its button; somebody new opens an account on the spot."""
        link = self.stage.link(self.email, "/konto/zaproszenia/")
        page = self.visitor.get(link)
        if "name" in page.form(_path_of(link)).fields:
            page = self.visitor.send(page, _path_of(link), {"name": self.name, "password": self.password})
            self.came = self.stage.now
            self._gives_second_step(page)
        else:
            self.visitor.send(page, _path_of(link))

    def comes(self) -> "Person":
        """Sign in, unless she has only just done so."""
        if self.came is not None and self.stage.now - self.came < STAYS:
            return self
        page = self.visitor.get("/konto/logowanie")
        page = self.visitor.send(page, "/konto/logowanie", {"email": self.email, "password": self.password})
        self.came = self.stage.now
        self._gives_second_step(self._gives_letter_code(page))
        return self

    def _gives_letter_code(self, page: Page) -> Page:
        """Copy the code from the letter, if the page asks for it: this browser is new to the account."""
        if page.address != DEVICE:
            return page
        return self.visitor.send(page, DEVICE, {"code": self.stage.code(self.email)})

    def _gives_second_step(self, page: Page) -> None:
        """Set the code app up, or give its code, if the page asks for that."""
        if page.address == SET_UP:
            self.secret = page.text("key").replace(" ", "")
            self.visitor.send(page, SET_UP, {"code": self._code()})
        elif page.address == CODE:
            self.visitor.send(page, CODE, {"code": self._code()})

    def _code(self) -> str:
        return TOTP(self.secret).at(self.stage.now)


def _path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]
