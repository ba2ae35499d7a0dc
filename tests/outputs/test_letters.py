"""Letters go out over real SMTP: each once, later when the server is busy, never for what was rolled back."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy.orm import Session

from strefa import worker
from strefa.infra import messages
from strefa.infra.clock import Clock
from strefa.infra.database import saving
from strefa.infra.messages import Message, Sending
from strefa.outputs import letters
from tests import world

MINUTE = timedelta(minutes=1)
LETTERS = Path(__file__).resolve().parents[2] / "templates" / "letters"


class PostOffice:
    """A mail server that answers each recipient and each letter as a test tells it, and keeps what it took."""

    def __init__(self) -> None:
        self.recipient, self.data, self.goodbye = "250 OK", "250 OK", "221 Bye"
        self.hesitates_at_recipient = self.hesitates_at_text = 0.0  # seconds
        self.asked = 0  # recipients
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.asked += 1
        await asyncio.sleep(self.hesitates_at_recipient)
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(self.hesitates_at_text)
        return self.data

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return self.goodbye


@contextmanager
def listening() -> Iterator[tuple[PostOffice, str]]:
    """Run a mail server; gives it and its address."""
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield office, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


@pytest.fixture
def post_office(app: Flask) -> Iterator[PostOffice]:
    with listening() as (office, address):
        yield from with_post(app, address, office)


@pytest.fixture
def dead_post(app: Flask) -> Iterator[None]:
    """Settings that name a mail server where nobody listens."""
    yield from with_post(app, "smtp://127.0.0.1:1", None)


def with_post(app: Flask, address: str, value: Any) -> Iterator[Any]:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update={"smtp_url": address})
    yield value
    app.config["SETTINGS"] = before


def a_letter(store: Session, to: str = "ala@example.org", template: str = "receipt", **values: Any) -> Message:
    values = {"number": "SE-2027-0001", "title": "Zażółć gęślą jaźń"} | values
    letter = messages.queue(template, to, now=world.NOON, **values)
    store.commit()
    return letter


def state(store: Session, letter: Message) -> tuple[Sending, int]:
    store.expire_all()
    return letter.sending, letter.attempts


def test_a_letter_is_sent_once(app: Flask, store: Session, clock: Clock, post_office: PostOffice) -> None:
    letter = a_letter(store)

    worker.work_off(app)
    worker.work_off(app)

    assert state(store, letter) == (Sending.SENT, 1)
    assert letter.sent_at == world.NOON
    (mail,) = post_office.letters
    assert (mail["To"], mail["Message-ID"]) == ("ala@example.org", f"<{letter.message_id}>")
    assert mail["Subject"] == "Wniosek SE-2027-0001 złożony"
    assert "„Zażółć gęślą jaźń”" in mail.get_content()


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_letter_says_in_its_head_what_language_it_speaks(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice, language: str
) -> None:
    messages.queue("receipt", "ala@example.org", now=world.NOON, language=language, number="SE-1", title="Nic")
    store.commit()

    worker.work_off(app)

    (mail,) = post_office.letters
    assert mail["Content-Language"] == language
    assert mail.get_content_type() == "text/plain"


VALUES: dict[str, Any] = {
    "deadline": world.NOON.isoformat(), "items": [{"place": {"pl": "B1. Tytuł", "en": "B1. Title"}, "note": "Uwaga"}, {"place": None, "note": "Uwaga"}],
    "number": "SE-2027-0001", "title": "Nocne marki", "application": "wniosek001", "reason": "Powód", "role": "juror",
    "place": {"pl": "Strefa", "en": "Zone"}, "round": {"pl": "Strefa", "en": "Zone"}, "count": 2, "slug": "strefa",
    "name": "Beata", "inviter": "Beata", "token": "t", "public_id": "zaproszen1", "assignment": "przydzial1",
    "expires_at": world.NOON.isoformat(), "sent_at": world.NOON.isoformat(), "amount_grosze": 500000,
    "closes": world.NOON.isoformat(), "missing": 2, "stop": "t", "ends": world.NOON.isoformat(), "code": "482913", "device": "Firefox, Linux", "outcome": "funded", "organisation": "Biblioteka", "roles": ["editor", "reader"], "before": world.NOON.isoformat(), "reason_en": "A reason", "address": "nowa@example.org", "content_hash": "0" * 64, "version": 1,
}  # fmt: skip
KINDS = sorted(path.stem for path in LETTERS.glob("*.txt") if path.stem != "closing")


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("template", KINDS)
def test_every_letter_ends_with_the_contests_name_phone_and_address(
    app: Flask, store: Session, template: str, language: str
) -> None:
    round_ = world.a_round()
    said = {}
    for round_id in (None, round_.id):
        letter = messages.queue(
            template, "ala@example.org", now=world.NOON, language=language, round_id=round_id, **VALUES
        )
        _subject, text = letters.rendered(letter)
        assert text.endswith(".\n")
        said[round_id] = text.strip().splitlines()[-2:]
    name, ours = {"pl": (round_.name, "Strefa Eksperymentu"), "en": (round_.name_en, "Experiment Zone")}[language]
    assert (said[None][0], said[round_.id][0]) == (ours, name)
    settings = app.config["SETTINGS"]
    for _contest, contact in said.values():
        assert settings.contact_phone in contact
        assert settings.contact_email in contact


def test_letters_are_told_apart_by_their_subjects(app: Flask, store: Session) -> None:
    plain = {**VALUES, "kind": "", "outcome": ""}
    subjects = {
        template: letters.rendered(messages.queue(template, "ala@example.org", now=world.NOON, **plain))[0]
        for template in KINDS
    }
    assert "" not in subjects.values()
    assert len(set(subjects.values())) == len(KINDS), subjects


def test_a_busy_server_is_asked_again_later_and_gets_the_same_letter(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice
) -> None:
    letter = a_letter(store)
    post_office.data = "451 try again later"
    waits = []
    for attempt in range(1, 4):
        worker.work_off(app)
        assert state(store, letter) == (Sending.WAITING, attempt)
        waits.append(letter.due_at - clock.now())
        worker.work_off(app)
        assert state(store, letter) == (Sending.WAITING, attempt)
        clock.set(letter.due_at)
    assert waits == [1 * MINUTE, 2 * MINUTE, 5 * MINUTE]
    assert letter.last_error == "451 try again later"

    post_office.data = "250 OK"
    worker.work_off(app)

    assert state(store, letter) == (Sending.SENT, 4)
    assert [mail["Message-ID"] for mail in post_office.letters] == [f"<{letter.message_id}>"]


def test_a_server_too_slow_to_answer_is_asked_again_later(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "PATIENCE", 0.2)
    letter, other = a_letter(store), a_letter(store, "ewa@example.org")
    post_office.hesitates_at_recipient = 0.6

    worker.work_off(app)

    assert state(store, letter) == (Sending.WAITING, 1)
    assert letter.due_at == world.NOON + MINUTE
    assert "timed out" in (letter.last_error or "") or "closed" in (letter.last_error or "")
    assert state(store, other) == (Sending.WAITING, 0), "one letter asks whether the server is back"
    assert post_office.letters == []


def test_a_server_that_looks_a_letter_through_for_long_gets_it_once(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "PATIENCE", 0.2)
    letter = a_letter(store)
    post_office.hesitates_at_text = 0.6

    worker.work_off(app)

    assert state(store, letter) == (Sending.SENT, 1)
    assert len(post_office.letters) == 1
    assert timedelta(seconds=letters.LAST_PATIENCE) < messages.LEASE


def test_a_letter_that_was_taken_is_sent_whatever_the_server_says_at_the_end(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice
) -> None:
    letter = a_letter(store)
    post_office.goodbye = "421 too busy to say goodbye"

    worker.work_off(app)

    assert state(store, letter) == (Sending.SENT, 1)
    assert len(post_office.letters) == 1


def test_an_address_that_does_not_exist_is_given_up_at_once(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice
) -> None:
    letter = a_letter(store)
    post_office.recipient = "550 no such mailbox"

    worker.work_off(app)

    assert state(store, letter) == (Sending.FAILED, 1)
    assert letter.last_error == "550 no such mailbox"


def test_a_dead_server_is_asked_by_one_letter_at_a_time_and_the_others_do_not_wait_longer(
    app: Flask, store: Session, clock: Clock, dead_post: None
) -> None:
    first, second = a_letter(store), a_letter(store, "ewa@example.org")

    worker.work_off(app)

    assert state(store, first) == (Sending.WAITING, 1)
    assert state(store, second) == (Sending.WAITING, 0)
    assert (first.last_error or "").startswith("ConnectionRefusedError")


def test_after_six_dead_hours_each_letter_is_sent_once(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice
) -> None:
    letters = [a_letter(store, f"osoba{number}@example.org") for number in range(5)]
    working = app.config["SETTINGS"]
    app.config["SETTINGS"] = working.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    for minutes in range(0, 360, 20):
        clock.set(world.NOON + minutes * MINUTE)
        worker.work_off(app)

    app.config["SETTINGS"] = working
    clock.set(world.NOON + timedelta(hours=9))
    worker.work_off(app)

    assert sorted(mail["To"] for mail in post_office.letters) == sorted(letter.to for letter in letters)


def test_what_a_killed_worker_had_in_hand_is_taken_up_when_its_lease_is_over(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice
) -> None:
    letter = a_letter(store)
    with saving():
        assert messages.take(letter.id, now=world.NOON) is not None

    clock.set(world.NOON + 4 * MINUTE)
    worker.work_off(app)
    assert post_office.letters == []

    clock.set(world.NOON + 6 * MINUTE)
    worker.work_off(app)
    assert state(store, letter) == (Sending.SENT, 2)
    assert len(post_office.letters) == 1


def test_nothing_is_sent_for_what_was_rolled_back(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice
) -> None:
    with pytest.raises(ZeroDivisionError), saving():
        messages.queue("receipt", "ala@example.org", now=world.NOON, number="SE-1", title="Nic")
        store.flush()
        _ = 1 / 0

    worker.work_off(app)

    assert post_office.letters == []
    assert store.query(Message).count() == 0


def test_a_letter_that_cannot_be_written_does_not_stop_the_next(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice
) -> None:
    broken, sound = a_letter(store, template="there-is-no-such-letter"), a_letter(store, "ewa@example.org")

    worker.work_off(app)

    assert state(store, broken) == (Sending.WAITING, 1)
    assert "there-is-no-such-letter" in (broken.last_error or "")
    assert state(store, sound) == (Sending.SENT, 1)


@pytest.mark.parametrize(
    ("template", "key", "opener"), [("reset_password", "token", "sekret-do-drzwi"), ("new_device", "code", "482913")]
)
def test_what_opens_a_door_is_forgotten_once_its_letter_is_on_its_way(
    app: Flask, store: Session, clock: Clock, post_office: PostOffice, template: str, key: str, opener: str
) -> None:
    values = {"device": "Firefox", "ends": world.NOON.isoformat(), key: opener}
    letter = a_letter(store, template=template, **values)

    worker.work_off(app)

    assert opener in post_office.letters[0].get_content()
    store.expire_all()
    assert opener not in f"{letter.body}{letter.values}"


def test_without_a_mail_server_a_letter_is_kept_to_be_read_and_as_a_file(
    app: Flask, store: Session, clock: Clock
) -> None:
    letter = a_letter(store)

    worker.work_off(app)

    assert state(store, letter) == (Sending.KEPT, 1)
    assert "„Zażółć gęślą jaźń”" in (letter.body or "")
    file = Path(app.config["INSTANCE_DIR"]) / "mail" / f"{letter.key}.eml"
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["To"] == "ala@example.org"


@pytest.mark.parametrize(
    "name", ["w\N{NO-BREAK SPACE}Łyńcu Warmińskim", "we Włókniszewie", "Zażółć gęślą jaźń", "w Obrzynie"]
)
def test_a_long_subject_keeps_each_of_its_spaces(app: Flask, name: str) -> None:
    subject = f"Zaproszenie do organizacji Miejsko-Gminna Biblioteka Publiczna {name}"
    message = Message(to="ala@example.org", message_id="klucz@example.org", created_at=world.NOON, language="pl")
    with app.app_context():
        raw = letters.as_mail(message, subject, "Treść").as_bytes()
    lines = raw.decode("utf-8").splitlines()
    begins = next(number for number, line in enumerate(lines) if line.startswith("Subject:"))
    header = [lines[begins].removeprefix("Subject:"), *takewhile(lambda line: line[:1] == " ", lines[begins + 1 :])]
    assert str(make_header(decode_header("\n".join(header).strip()))) == subject
    assert max(map(len, header)) <= 78
