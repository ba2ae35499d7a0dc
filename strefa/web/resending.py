"""What was typed into a form whose page grew too old: kept, shown under the names its form gives it, and sent again."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask import current_app, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, PasswordField
from wtforms.fields.choices import SelectFieldBase

from strefa.infra import security
from strefa.infra.i18n import _
from strefa.web.session import current_user

Typed = Sequence[tuple[str, str]]
Forms = Callable[[Any, Mapping[str, Any], MultiDict[str, str]], Iterable[Form]]
View = Callable[..., Any]

KEPT_HOURS = 24
SECRET = frozenset({"password", "current", "code", "secret"})
NOT_KEPT = SECRET | {"csrf_token", "kept"}
UNSEEN = frozenset({"revision", "next", "step", "rows", "language", "read", "writer"})  # of the page: nobody typed them


def asks(forms: type[Form] | Forms) -> Callable[[View], View]:
    """Say which form a view reads, so that what was typed is shown by its labels (put it under the guard).

    Args:
        forms: the class of a form, or a function that is given the view's subject, the parts of its address and what
            was typed, and returns the forms that hold it.
    """

    def mark(view: View) -> View:
        view.asks = (lambda *_about: [forms(formdata=None)]) if isinstance(forms, type) else forms  # type: ignore[attr-defined]
        return view

    return mark


def typed() -> list[tuple[str, str]]:
    """Return the fields of this POST as pairs, without tokens and passwords; files cannot be kept."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]


def kept_now() -> str:
    """Return what this POST carries, signed, to be kept in a page: what was kept already, or all that was typed."""
    return request.form.get("kept") or security.signed("kept", json.dumps([request.path, typed()]))


def unpacked(kept: str | None) -> tuple[str, list[tuple[str, str]]] | None:
    """Return the address and the fields that a page has kept; None when it kept nothing, or for too long."""
    known = security.unsigned("kept", kept or "", hours=KEPT_HOURS)
    if not known:
        return None
    action, fields = json.loads(known)
    return action, [(name, value) for name, value in fields]


def resend_page(action: str, fields: Typed) -> str:
    """Render a page that holds what was typed and sends it again at the press of a button.

    What somebody else has typed, signed in here before, is neither shown nor sent as one's own.
    """
    if written_by_another(fields):
        return another_page(security.signed("kept", json.dumps([action, list(fields)])))
    return render_template("errors/resend.html", action=action, fields=fields, said=said(action, fields))


def written_by_another(fields: Typed) -> bool:
    """Say whether a form that tells who wrote in it (its hidden `writer`) was not written by whoever is signed in."""
    writer = dict(fields).get("writer", "")
    return bool(writer) and current_user.is_authenticated and writer != current_user.get_id()


def another_page(kept: str) -> str:
    """Render the page that keeps what somebody else has typed until she signs in again."""
    return render_template("errors/another.html", kept=kept)


@dataclass(frozen=True)
class Said:
    """What was typed into one field of a form; lines are pairs: what its part is called, maybe "", and the text."""

    label: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class _Name:
    """What a name stands for in a form: its field, its part of that, its choices by what they send."""

    label: str = ""
    part: str = ""
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    is_seen: bool = True


def said(action: str, fields: Typed) -> list[Said]:
    """Return what was typed as people read it: under the labels of its form, a choice by its own; nothing is left out."""
    names = {name: stands_for for form in _forms(action, fields) for one in form for name, stands_for in _names(one)}
    told = [(names.get(name, _Name()), text) for name, text in fields if text.strip() and name not in UNSEEN]
    grouped = groupby(((name, text) for name, text in told if name.is_seen), key=lambda pair: pair[0].label)
    return [Said(label, [(name.part, name.choices.get(text, text)) for name, text in own]) for label, own in grouped]


def _forms(action: str, fields: Typed) -> Iterable[Form]:
    """Return the forms that the view at an address reads, if whoever is looking may use it."""
    try:
        adapter = current_app.create_url_adapter(request)
        assert adapter is not None  # there is a request
        endpoint, parts = adapter.match(action, method="POST")
        view: Any = current_app.view_functions[endpoint]
        known = current_user.is_authenticated  # asked first: labels speak the language of whoever is looking
        if not hasattr(view, "asks") or not (known or view.needs is None):
            return []
        return view.asks(view.judged(parts), parts, MultiDict(fields))
    except HTTPException:
        return []


def _names(one: Any, label: str = "", part: str = "") -> Iterator[tuple[str, _Name]]:
    """Tell what each name of a field stands for; a table has one for each cell."""
    label = label or str(one.label.text)
    if isinstance(one, FieldList):
        for number, entry in enumerate(one.entries, 1):
            yield from _names(entry, label, _("Wiersz %(number)s", number=number))
    elif isinstance(one, FormField):
        for inner in one.form:
            yield from _names(inner, label, " · ".join(filter(None, [part, str(inner.label.text)])))
    else:
        yield one.name, _Name(label, part, _choices(one), not isinstance(one, HiddenField | PasswordField))


def _choices(one: Any) -> dict[str, str]:
    if isinstance(one, BooleanField):
        return {"y": _("tak")}
    return {str(c[0]): str(c[1]) for c in one.iter_choices()} if isinstance(one, SelectFieldBase) else {}
