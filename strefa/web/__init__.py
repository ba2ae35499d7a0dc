"""What people see, one folder a person: who is looking decides what they may see."""

from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from strefa.settings import ROOT, Settings
from strefa.web import (
    account,
    applicant,
    assets,
    devices,
    errors,
    guard,
    headers,
    health,
    juror,
    office,
    page,
    public,
    session,
    status_line,
)

LARGEST_BODY = 2 * 1024 * 1024  # bytes; upload views raise it for themselves


def configuration(values: Settings) -> dict[str, Any]:
    """Say in Flask's names what the settings say in ours."""
    return {
        "SETTINGS": values,
        "INSTANCE_DIR": values.instance_dir,
        "TRANSLATIONS_DIR": ROOT / "translations",
        "BASE_URL": values.base_url,
        "DEMO": values.demo,
        "SECRET_KEY": values.secret,
        "SQLALCHEMY_DATABASE_URI": values.database_address,
        "SEND_FILE_MAX_AGE_DEFAULT": assets.KEPT,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "SESSION_COOKIE_NAME": "__Host-strefa" if values.secure else "strefa",
        "SESSION_COOKIE_SECURE": values.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=values.session_days),
        "SESSION_REFRESH_EACH_REQUEST": False,  # use is noted in the cookie every few minutes, which renews it
        "WTF_CSRF_TIME_LIMIT": None,  # bound to the session: an hour's limit kills a form being written
        "WTF_CSRF_CHECK_DEFAULT": False,  # the guard checks it after the upload limits of the endpoint
    }


def init_app(app: Flask) -> None:
    """Hang every page onto the application; a page that names no permission stops the start."""
    app.jinja_env.add_extension("jinja2.ext.do")
    session.init_app(app)
    devices.init_app(app)
    errors.init_app(app)
    status_line.init_app(app)
    headers.init_app(app)
    public.demo.init_app(app)
    page.init_app(
        app,
        {
            "public": public.menu,
            "applicant": applicant.menu,
            "juror": juror.menu,
            "office": office.menu,
            "account": account.menu,
        },
    )
    for desk in (public.desk, account.desk, applicant.desk, juror.desk, office.desk, health.desk):
        app.register_blueprint(desk)
    guard.init_app(app)
    proxies = app.config["SETTINGS"].trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # pyright: ignore[reportAttributeAccessIssue]
