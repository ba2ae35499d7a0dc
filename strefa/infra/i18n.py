"""Languages: Polish is the source of every text, English a complete catalogue.

Money, moments and counts are formatted here for pages, papers and letters alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_date, format_datetime
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

LANGUAGES = ("pl", "en")
WARSAW = ZoneInfo("Europe/Warsaw")
LANGUAGE_COOKIE = "language"
DAY = "d\u00a0MMMM\u00a0y"

__all__ = [
    "LANGUAGES",
    "WARSAW",
    "_",
    "_l",
    "_n",
    "day",
    "day_or_time",
    "force_locale",
    "init_app",
    "language",
    "moment",
    "time_of_day",
]


def init_app(app: Flask) -> None:
    """Choose a language for each request: the person's, the cookie's, Polish."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "pl")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Warsaw")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(app.config["TRANSLATIONS_DIR"]))
    Babel(app, locale_selector=_chosen)
    _write_templates(app)


def _write_templates(app: Flask) -> None:
    """Let templates look texts up as code does."""

    @pass_eval_context
    def written(page: EvalContext, text: str, /, **values: Any) -> str:
        found = _catalogue().gettext(text)
        said = Markup(found) if page.autoescape else found
        return said % values if "%" in found else said

    environment: Any = app.jinja_env
    environment.install_gettext_callables(written, lambda *said: _catalogue().ngettext(*said), newstyle=True)
    environment.globals |= {"_": written, "gettext": written}


_catalogues: dict[str, Any] = {}  # by language: a page asks hundreds of times, and Flask-Babel finds its way anew each


def _catalogue() -> Any:
    spoken = language()
    if spoken in _catalogues:
        return _catalogues[spoken]
    found = get_translations()
    if has_app_context():
        _catalogues[spoken] = found
    return found


def _(text: str, /, **values: Any) -> str:
    """Say a text in the language of the page."""
    found = _catalogue().gettext(text)
    return found % values if values else found


def _n(one: str, many: str, number: int, /, **values: Any) -> str:
    """Say a text about a number of things in the language of the page; the source of all forms is the catalogue."""
    return _catalogue().ngettext(one, many, number) % {"num": number, **values}


def _l(text: str, /, **values: Any) -> Any:
    """Return a text that is said later, when it is read; form fields take it for a string."""
    return LazyString(_, text, **values)


def _chosen() -> str:
    if not has_request_context():
        return "pl"
    wanted = g.get("language") or request.cookies.get(LANGUAGE_COOKIE, "")
    return wanted if wanted in LANGUAGES else "pl"


def language() -> str:
    """Return the language of the page, paper or letter being made: "pl" or "en"."""
    try:
        return g.spoken
    except (AttributeError, RuntimeError):  # not asked yet, or outside of any application
        locale = get_locale()
    spoken = locale.language if locale and locale.language in LANGUAGES else "pl"
    if locale:
        g.spoken = spoken
    return spoken


@contextmanager
def force_locale(name: str) -> Iterator[None]:
    """Write in one language for the block, whatever was chosen."""
    before = language()
    with flask_babel.force_locale(name):
        g.spoken = name if name in LANGUAGES else "pl"
        try:
            yield
        finally:
            g.spoken = before


def day(value: date | datetime, weekday: bool = False) -> str:
    """Write a day that no line breaks: "11 lutego 2027", with the weekday "czwartek, 11 lutego 2027"."""
    if isinstance(value, datetime):
        value = value.astimezone(WARSAW).date()
    return format_date(value, f"EEEE, {DAY}" if weekday else DAY, locale=language())


def moment(value: datetime, weekday: bool = True) -> str:
    """Write an instant in Polish time: "czwartek, 11 lutego 2027, 15:00", or without the weekday "11.02.2027, 15:00".

    English has no such figures: "11 February 2027, 15:00" says which of them is the month.
    """
    figures = "d.MM.y" if language() == "pl" else DAY
    pattern = f"EEEE, {DAY}, HH:mm" if weekday else f"{figures}, HH:mm"
    return format_datetime(value, pattern, tzinfo=WARSAW, locale=language())


def time_of_day(value: datetime) -> str:
    """Write the time of day in Polish time: "14:03:22"."""
    return value.astimezone(WARSAW).strftime("%H:%M:%S")


def day_or_time(value: datetime, at: datetime) -> str:
    """Write an instant as the time of day, with its day once that day is over: "14:03:22" alone reads as today."""
    today = value.astimezone(WARSAW).date() == at.astimezone(WARSAW).date()
    return time_of_day(value) if today else moment(value, weekday=False)
