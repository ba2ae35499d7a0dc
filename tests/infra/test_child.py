"""A child that hangs or ends costs one answer: whoever asks next is answered by another."""

import time
from collections.abc import Iterator

import pytest

from strefa.infra.child import Child

SECONDS = 5.0


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child("tests.echo", patience=SECONDS)
    yield made
    made.stop()


def test_one_process_answers_line_after_line(child: Child) -> None:
    assert child.answer("ż") == "ż\n"
    first = child._process
    assert child.answer("ó") == "ó\n"
    assert child._process is first


@pytest.mark.parametrize("line", ["sleep", "end"])
def test_one_that_hangs_or_ends_is_ended_in_time_and_the_next_is_answered(child: Child, line: str) -> None:
    assert child.answer("a") == "a\n"
    first, began = child._process, time.monotonic()
    assert first
    assert child.answer(line) == ""
    assert time.monotonic() - began < SECONDS * 4
    assert first.poll() is not None
    assert child.answer("b") == "b\n"


def test_one_that_reads_nothing_of_a_long_line_is_ended_in_time() -> None:
    deaf, began = Child("tests.echo", "deaf", patience=1), time.monotonic()
    assert deaf.answer("x" * 1_000_000) == ""
    assert time.monotonic() - began < SECONDS * 4
