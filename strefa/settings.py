"""Every setting of an instance: its default, its meaning, its check.

Values come from the environment, then from `INSTANCE_DIR/settings.env`, then from here.
"""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32


_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


def near(host: str) -> str:
    """Return the address by which this computer itself reaches a server that listens on `host`."""
    if host in {"0.0.0.0", "::", ""}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


class Settings(BaseSettings):
    """The settings of one instance. Names in the environment are the same in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    instance_dir: Path = Field(ROOT / "instance", description="folder of the database, files and local settings")
    database_url: str = Field("", repr=False, description="SQLAlchemy address; empty = SQLite in the instance folder")
    secret_key: SecretStr = Field(SecretStr(""), description="signs cookies and links; at least 32 characters")
    host: str = Field("127.0.0.1", description="address the web server listens on")
    port: int = Field(8000, ge=1, le=65535, description="port the web server listens on")
    base_url: str = Field(
        default_factory=lambda known: f"http://{near(known.get('host', ''))}:{known.get('port', 0)}",
        description="address in links and QR codes, by default where the server listens; never the Host header",
    )
    web_processes: int = Field(2, ge=1, le=64, description="web server processes")
    web_threads: int = Field(8, ge=1, le=64, description="threads in each web process")
    patience_seconds: float = Field(
        15,
        gt=0,
        le=25,
        description="how long a request waits for its turn at the database before it is asked to return",
    )
    demo: bool = Field(False, description="demo instance: movable clock, printed accounts; never for real people")
    trusted_proxies: int = Field(0, ge=0, le=5, description="how many proxies stand in front and may be believed")
    smtp_url: str = Field(
        "", repr=False, description="smtp://user:password@host:port or smtps://…; empty = mail stays on a page"
    )
    clamd_url: str = Field(
        "", description="virus scanner: tcp://host:3310 or unix:/run/clamav/clamd.ctl of ClamAV's daemon; empty = none"
    )
    mail_from: str = Field("Strefa Eksperymentu <strefa@localhost>", description="sender of every message")
    contact_email: str = Field("strefa@example.org", description="e-mail of the contest's office, on every page")
    contact_phone: str = Field("+48 22 100 20 30", description="phone of the contest's office, on every page")
    session_idle_hours: int = Field(12, ge=1, le=720, description="a sign-in ends after so many idle hours")
    session_days: int = Field(14, ge=1, le=90, description="a sign-in ends after so many days at the latest")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("ma być pełnym adresem, na przykład https://strefa.example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://", "sqlite:///")):
            raise ValueError("ma zaczynać się od postgresql:// albo sqlite:///ścieżka")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        if value and not _is_mail_server(value):
            raise ValueError("ma być adresem serwera poczty, na przykład smtp://kto:hasło@poczta.example.org:587")
        return value

    @field_validator("clamd_url")
    @classmethod
    def _scanner(cls, value: str) -> str:
        if value and not _is_scanner(value):
            raise ValueError(
                "ma być adresem demona ClamAV, na przykład tcp://127.0.0.1:3310 albo unix:/run/clamav/clamd.ctl"
            )
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if not _ADDRESS.fullmatch(parseaddr(value)[1]) or len(value.splitlines()) != 1:
            raise ValueError("ma być adresem e-mail, na przykład Strefa Eksperymentu <biuro@example.org>")
        return value

    @field_validator("contact_email")
    @classmethod
    def _contact(cls, value: str) -> str:
        if not _ADDRESS.fullmatch(value):
            raise ValueError("ma być adresem e-mail, na przykład biuro@example.org")
        return value

    @model_validator(mode="after")
    def _safe_in_production(self) -> "Settings":
        if self.secret_key.get_secret_value() and len(self.secret_key.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"SECRET_KEY ma mieć co najmniej {SHORTEST_SECRET} znaki")
        return self

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address, with psycopg 3 as PostgreSQL's driver."""
        if not self.database_url:
            return f"sqlite:///{self.instance_dir / 'strefa.sqlite'}"
        for name in ("postgresql://", "postgres://"):
            if self.database_url.startswith(name):
                return "postgresql+psycopg://" + self.database_url.removeprefix(name)
        return self.database_url

    @property
    def secure(self) -> bool:
        """Whether people reach this instance over TLS: cookies are `__Host-` and Secure then."""
        return self.base_url.startswith("https://")

    @property
    def secret(self) -> str:
        return self.secret_key.get_secret_value()


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no port
        return False


def _is_scanner(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            bool(parts.hostname and parts.port)
            if parts.scheme == "tcp"
            else parts.scheme == "unix" and bool(parts.path)
        )
    except ValueError:  # a port that is no port
        return False


def load(**overrides: Any) -> Settings:
    """Read the settings; `overrides` win over the environment and the file.

    Without `SECRET_KEY` an instance keeps a random one of its own in `INSTANCE_DIR/secret_key`.

    Raises:
        pydantic.ValidationError: a value does not fit; the message names the setting.
    """
    values = read(**overrides)
    if values.secret:
        return values
    return values.model_copy(update={"secret_key": SecretStr(_kept_secret(values.instance_dir))})


def read(**overrides: Any) -> Settings:
    """Read the settings as `load` does, but draw no secret and leave the instance's folder as it is.

    Raises:
        pydantic.ValidationError: a value does not fit; the message names the setting.
    """
    first = Settings(**overrides)
    return Settings(_env_file=first.instance_dir / "settings.env", **overrides)  # pyright: ignore[reportCallIssue]


def _kept_secret(instance: Path) -> str:
    """Return the instance's own key, drawn once; whole and readable to its owner alone from the first moment."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=instance, prefix="secret_key.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # somebody who started at the same moment was faster
                os.link(file.name, path)
    return path.read_text().strip()
