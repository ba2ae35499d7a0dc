"""Guards: load, judge, hand over. A view never loads its subject and never asks about roles."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any

from flask import Flask, abort, current_app, flash, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from strefa.infra.database import db, for_good, lock, reading, saving
from strefa.outputs.words import in_words
from strefa.rules.policy import May, may
from strefa.rules.refusal import Blocker, Refused
from strefa.web import resending, session
from strefa.web.session import current_user

View = Callable[..., ResponseReturnValue]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Make every request a reader, check CSRF, and stop the start for an unguarded endpoint."""
    csrf.init_app(app)
    app.before_request(_reads)
    app.teardown_request(_read)
    refuse_unguarded(app)


def _reads() -> None:
    """Every request only reads; `saving()` alone writes, and inside a GET not even that."""
    g.reading = reading.set(True), for_good.set(request.method in SAFE)


def _read(_: BaseException | None) -> None:
    tokens = g.pop("reading", None)
    if tokens is not None:
        db.session.rollback()
        reading.reset(tokens[0])
        for_good.reset(tokens[1])


def public(view: View) -> View:
    """Open a view to everybody; CSRF is checked all the same. Whoever is signed in is read to in her language."""

    @wraps(view)
    def opened(**parts: Any) -> ResponseReturnValue:
        _protect(view)
        _ = current_user.is_authenticated  # loads her before anything asks for the language of the page
        return view(**parts)

    opened.needs = None  # type: ignore[attr-defined]
    opened.judged = lambda _parts: None  # type: ignore[attr-defined]
    return opened


def needs(act: May, of: Callable[..., Any] | None = None, *, within: str = "") -> Callable[[View], View]:
    """Open a view only to those who hold `act`.

    Args:
        act: the permission, judged by `strefa.rules.policy`.
        of: loads the subject from the parts of the address; the view is given the subject in
            their place. Nothing found and not allowed are the same 404 for signed-in people, so
            that addresses cannot be probed; anonymous ones are asked to sign in.
        within: for what happens every few seconds: person and subject are loaded and judged once, inside the
            transaction of the view's first `attempt`, under the lock of this name, such as
            "application:{public_id}". The view is called with nothing; it finds the subject in the attempt.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(**parts: Any) -> ResponseReturnValue:
            g.judge = lambda: _judged(act, of, parts)
            if within and session.is_claimed():
                return _judged_within(view, act, within.format(**parts))
            if _kept_out(act):
                return _shown_in(act)
            subject = g.judge()
            _protect(view)
            if told := _anothers():
                return told
            g.subject = subject
            return view(subject) if of else view(**parts)

        guarded.needs = act  # type: ignore[attr-defined]
        guarded.judged = partial(_admitted, act, of)  # type: ignore[attr-defined]
        return guarded

    return guard


def _kept_out(act: May) -> bool:
    """Say whether somebody has to sign in first, or still owes something beside her password."""
    if not current_user.is_authenticated:
        return True
    step = session.second_step()
    return bool(step) and session.STEPS[step] is not act


def _shown_in(act: May) -> ResponseReturnValue:
    """Send somebody who is kept out to where she may come in."""
    detour = session.second_step_due() if current_user.is_authenticated else None
    return detour or current_app.login_manager.unauthorized()  # type: ignore[attr-defined]


def _judged_within(view: View, act: May, name: str) -> ResponseReturnValue:
    """Open the transaction of the view's attempt: whoever is looking and the subject are loaded in it, once."""
    _protect(view)
    g.lock = name
    with ExitStack() as transaction:
        transaction.enter_context(saving(name))
        kept_out = _kept_out(act)
        told = None if kept_out else _anothers()
        if not kept_out and not told:
            g.subject = g.judge()
            g.open = transaction.pop_all()
    if "open" not in g:
        return told or _shown_in(act)
    try:
        response = view()
        if "open" in g:
            raise RuntimeError(f"{request.endpoint} attempted nothing, so nothing was saved")
        return response
    finally:
        if unused := g.pop("open", None):
            unused.__exit__(*sys.exc_info())


def _anothers() -> ResponseReturnValue | None:
    """Answer a form in which somebody else wrote, signed in here before: it is not saved as hers who is here now."""
    if request.method in SAFE or not resending.written_by_another([("writer", request.form.get("writer", ""))]):
        return None
    if request.headers.get(session.AUTOSAVE):
        return jsonify(other=current_user.name), 403
    return resending.another_page(resending.kept_now()), 403


def _admitted(act: May, of: Callable[..., Any] | None, parts: dict[str, Any]) -> Any:
    """Return a view's subject if its guard would let whoever is looking in; 404 otherwise."""
    return abort(404) if _kept_out(act) else _judged(act, of, parts)


def _judged(act: May, of: Callable[..., Any] | None, parts: dict[str, Any]) -> Any:
    subject = of(**parts) if of else None
    if (of and subject is None) or not may(current_user, act, subject):
        abort(404)
    return subject


def largest(size: int) -> Callable[[View], View]:
    """Let an upload view take bodies of up to `size` bytes (put it under the guard)."""

    def mark(view: View) -> View:
        view.largest = size  # type: ignore[attr-defined]
        return view

    return mark


def _protect(view: View) -> None:
    """Apply the endpoint's upload limit, then CSRF, which reads the body."""
    if hasattr(view, "largest"):
        request.max_content_length = view.largest  # type: ignore[attr-defined]
        with at_rest():
            request.form  # noqa: B018  # the body may take minutes to come: nothing stays open meanwhile
    if request.method not in SAFE and current_app.config.get("WTF_CSRF_ENABLED", True):
        csrf.protect()


def refuse_unguarded(app: Flask) -> None:
    """Stop the start of an application with an endpoint that names no permission.

    Raises:
        RuntimeError: with the names of such endpoints.
    """
    naked = [name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "needs")]
    if naked:
        raise RuntimeError(f"endpoints without @needs or @public: {sorted(naked)}")


@dataclass
class Attempt:
    """How an attempt went: `blockers` is empty when it was stored. `subject` is the guard's, judged in it."""

    blockers: list[Blocker] = field(default_factory=list)
    subject: Any = None

    def __bool__(self) -> bool:
        return not self.blockers


@contextmanager
def attempt(done: str = "", *subjects: str, quiet: bool = False) -> Iterator[Attempt]:
    """Save what the block did and say `done`, or say why the rules refused it.

    The guard's subject is loaded anew and judged again inside the transaction, in place, so the
    block decides on rows that nobody changes meanwhile.

    Args:
        done: said when it was stored; nothing when empty.
        subjects: what else the block decides about, such as "round:3".
        quiet: the view says the refusal itself (a form that keeps what was typed).
    """
    outcome, opened = Attempt(), g.pop("open", None)
    try:
        with opened or saving(*subjects, *_subject_lock()):
            outcome.subject = _locked(subjects) if opened else _anew()
            session.note_use()
            yield outcome
    except Refused as refused:
        outcome.subject = _anew()  # the rollback forgot what was loaded, and the page still shows it
        outcome.blockers = list(refused.blockers)
        for blocker in () if quiet else refused.blockers:
            flash(in_words(blocker), "refused")
    else:
        if done:
            flash(done, "done")


def _locked(subjects: tuple[str, ...]) -> Any:
    """Return the guard's subject, loaded in the transaction that is open already; lock what else is decided about."""
    for subject in sorted(subjects):
        lock(subject)
    return g.subject


@contextmanager
def at_rest(*, then_attempt: bool = False) -> Iterator[None]:
    """Run something slow (a password's hash) with nothing open in the database; what was loaded is loaded anew after.

    Args:
        then_attempt: an attempt follows at once and loads it itself; only a failure needs it before.
    """
    if locks := _subject_lock():
        g.lock = locks[0]  # its name is asked before the subject grows stale
    db.session.rollback()
    try:
        yield
    except BaseException:
        _anew()
        raise
    if not then_attempt:
        _anew()


def _anew() -> Any:
    """Load whoever is looking and the guard's subject anew, in place, and judge again."""
    session.renew()
    if "judge" in g:
        g.subject = g.judge()
    return g.get("subject")


def _subject_lock() -> tuple[str, ...]:
    if "lock" in g:
        return (g.lock,)
    subject = g.get("subject")
    if subject is None:
        return ()
    return (getattr(subject, "lock_name", None) or f"{type(subject).__name__.lower()}:{subject.id}",)
