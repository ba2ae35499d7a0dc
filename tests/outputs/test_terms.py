"""A term as people read it: the end of a day is its 23:59, and belongs to that day."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from strefa.infra.i18n import force_locale
from strefa.outputs.writing import last_day, term


@pytest.mark.parametrize(
    ("closes", "said", "day"),
    [
        (datetime(2027, 2, 11, 14, tzinfo=UTC), "czwartek, 11 lutego 2027, 15:00", "11 lutego 2027"),
        (datetime(2027, 2, 11, 23, tzinfo=UTC), "czwartek, 11 lutego 2027, 23:59", "11 lutego 2027"),
    ],
)
def test_a_close_is_written_as_the_day_that_it_ends(app: Flask, closes: datetime, said: str, day: str) -> None:
    with app.test_request_context(), force_locale("pl"):
        assert term(closes).replace("\xa0", " ") == said
        assert last_day(closes).replace("\xa0", " ") == day
