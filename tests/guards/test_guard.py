"""The guard itself: an endpoint without a permission stops the start, and a page that writes is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from strefa import create_app
from strefa.contest.people.models import Person
from strefa.infra.database import db, saving
from strefa.rules.policy import May
from strefa.web import public
from strefa.web.guard import needs, refuse_unguarded
from strefa.web.guard import public as open_to_all
from tests.guards.conftest import put_back
from tests.guards.scene import Scene


def bare() -> Flask:
    return Flask("bare")


def test_an_endpoint_that_names_no_permission_stops_the_start() -> None:
    app = bare()
    app.add_url_rule("/naga", "naked.page", lambda: "x")
    with pytest.raises(RuntimeError, match=r"naked\.page"):
        refuse_unguarded(app)


def test_endpoints_that_name_who_may_let_the_application_start() -> None:
    app = bare()
    app.add_url_rule("/dla-wszystkich", "open", open_to_all(lambda: "x"))
    app.add_url_rule("/dla-swoich", "own", needs(May.USE_ACCOUNT)(lambda: "x"))
    refuse_unguarded(app)


def test_the_whole_application_does_not_start_with_a_naked_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Blueprint("public", "tests")
    desk.add_url_rule("/naga", "naked", lambda: "x")
    monkeypatch.setattr(public, "desk", desk)
    with pytest.raises(RuntimeError, match=r"public\.naked"):
        create_app(instance_dir=tmp_path, secret_key="k" * 40, base_url="http://127.0.0.1:8000", smtp_url="")


def by_a_statement() -> str:
    db.session.execute(text("UPDATE people SET name = 'zmieniona'"))
    db.session.commit()
    return "x"


def by_an_object() -> str:
    db.session.scalars(select(Person)).first().name = "zmieniona"  # pyright: ignore[reportOptionalMemberAccess]
    db.session.commit()
    return "x"


def on_a_connection_of_its_own() -> str:
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM sign_ins"))
    return "x"


def by_saving() -> str:
    with saving():
        db.session.execute(text("UPDATE people SET name = 'zmieniona'"))
    return "x"


WRITERS = [by_a_statement, by_an_object, on_a_connection_of_its_own, by_saving]


@pytest.mark.parametrize("view", WRITERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_that_writes_is_refused_by_the_database(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, view: Callable[[], str], method: str
) -> None:
    monkeypatch.setitem(scene.app.view_functions, "health.show", open_to_all(view))
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        scene.clients["administrator"].open("/zdrowie", method=method)


def test_a_deed_writes_by_saving_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same views in a POST: what does not go through `saving()` is refused there as well."""
    monkeypatch.setitem(scene.app.config, "WTF_CSRF_ENABLED", False)
    with put_back(scene.app):
        monkeypatch.setitem(scene.app.view_functions, "public.language.choose", open_to_all(by_saving))
        assert scene.browser("administrator").post("/jezyk").status_code == 200
    for view in WRITERS[:3]:
        monkeypatch.setitem(scene.app.view_functions, "public.language.choose", open_to_all(view))
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            scene.browser("administrator").post("/jezyk")
