"""A file that takes too much ends its own process, and the next one is opened as if nothing had happened."""

import os
import signal
from pathlib import Path

import pytest

from strefa.infra.files.workshop import TooHard, Workshop, checked, workshop
from strefa.rules.refusal import Reason, Refused
from tests.attachments import a_document, a_heic, a_long_pdf, a_pdf, a_picture


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given"
    path.write_bytes(a_picture(size=(300, 300)))
    return path


def judged(shop: Workshop, path: Path, name: str = "a.jpg") -> object:
    return shop.done("judge", path=str(path), name=name, most=10**7)


def test_a_file_beyond_the_limit_of_memory_is_given_up_and_the_next_one_is_opened(given: Path, tmp_path: Path) -> None:
    shop = Workshop(memory=220 * 1024**2)
    try:
        large = tmp_path / "large"
        large.write_bytes(a_picture("PNG", (6_000, 6_000)))
        assert judged(shop, large, "a.png") == Reason.FILE_TOO_HARD
        small = tmp_path / "small"
        small.write_bytes(a_pdf())
        assert judged(shop, small, "a.pdf") == {"media_type": "application/pdf", "name": "a.pdf", "active": []}
    finally:
        shop.stop()


def test_a_file_beyond_the_limit_of_time_is_given_up(tmp_path: Path) -> None:
    shop = Workshop(longest=1)
    try:
        slow = tmp_path / "pipe"
        os.mkfifo(slow)
        with pytest.raises(TooHard, match="ended by -14"):
            shop.done("draw", path=str(slow), folder=str(tmp_path))
    finally:
        shop.stop()


def test_a_workshop_that_was_killed_is_started_again(given: Path) -> None:
    shop = Workshop()
    try:
        judged(shop, given)
        assert shop._child._process
        os.kill(shop._child._process.pid, signal.SIGKILL)
        shop._child._process.wait()
        assert judged(shop, given) == {"media_type": "image/jpeg", "name": "a.jpg", "active": []}
    finally:
        shop.stop()


def test_a_refusal_comes_back_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(a_pdf("tajne"))
    with pytest.raises(Refused) as refused:
        checked(path, "haslo.pdf", "h1", 10**7)
    assert [blocker.reason for blocker in refused.value.blockers] == [Reason.FILE_ENCRYPTED]


@pytest.mark.parametrize(
    ("given", "pages", "drawn"), [(a_long_pdf(4), 4, 2), (a_pdf(), 1, 1), (a_picture(), 1, 1), (a_picture("PNG"), 1, 1)]
)
def test_the_first_pages_are_drawn_and_all_are_counted(tmp_path: Path, given: bytes, pages: int, drawn: int) -> None:
    from PIL import Image

    path, folder = tmp_path / "given", tmp_path / "made"
    path.write_bytes(given)
    folder.mkdir()

    told = workshop().done("draw", path=str(path), folder=str(folder), most=2)

    assert (told["pages"], [number for number, *_ in told["made"]]) == (pages, list(range(drawn + 1)))
    assert max(Image.open(folder / "0").size) <= 240
    assert Image.open(folder / "1").width <= 1_240
    assert {kind for *_, kind in told["made"]} == {"image/png"}


def test_what_is_no_picture_is_not_drawn(tmp_path: Path) -> None:
    path = tmp_path / "given"
    for given in (a_document(), a_heic()):
        path.write_bytes(given)
        with pytest.raises(TooHard, match="UnidentifiedImageError"):
            workshop().done("draw", path=str(path), folder=str(tmp_path))
