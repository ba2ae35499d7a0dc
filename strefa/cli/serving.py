"""Starting an instance: `strefa serve` for real people, `strefa run-demo` for a look around (`make run`)."""

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

import click

from strefa.cli import instance, showing
from strefa.cli.instance import Refusal
from strefa.cli.processes import Program, live_together
from strefa.infra import private
from strefa.settings import ROOT, Settings, near

FEWEST_CHARACTERS = 12  # different ones in a key that was drawn and not typed
PATIENCE = 30  # seconds that requests under way and a running job have to end


@click.command(short_help="Start produkcyjny: strona i praca w tle.")
def serve() -> None:
    """Uruchom Strefę dla prawdziwych ludzi: stronę i pracę w tle.

    Bazę doprowadza najpierw do aktualnej postaci.

    Ustawienia przychodzą ze środowiska i z pliku INSTANCE_DIR/settings.env. Pierwszego administratora
    zakłada: strefa people add ADRES --name IMIĘ --role administrator
    """
    private.for_good()
    settings = instance.settings(begin=True)
    _refuse_unsafe(settings)
    _refuse_taken_port(settings)
    instance.prepare(settings)
    _refuse_show(settings)
    address = f"Strefa działa pod adresem {settings.base_url} (nasłuch: {settings.host}:{settings.port})."
    sys.exit(_run(settings, dict(os.environ), [address]))


@click.command("run-demo", hidden=True)
def run_demo() -> None:
    """Uruchom instancję pokazową (make run); za pierwszym razem rozgrywa się w niej runda."""
    private.for_good()
    os.environ |= {"DEMO": "1", "WEB_PROCESSES": "1"}
    settings = instance.settings(begin=True)
    _refuse_taken_port(settings)
    instance.prepare(settings)
    held = showing.found(settings)
    if held is showing.Found.PEOPLE:
        or_that = "." if showing.holds_show(settings) else " albo uruchom tę: strefa serve"
        raise Refusal(
            f"W bazie {instance.shown(settings)} są już dane, które nie są pokazem, więc pokaz ich nie ruszy.\n"
            f"Wskaż pustą instancję przez INSTANCE_DIR (i DATABASE_URL){or_that}"
        )
    if held is showing.Found.SHOW and not (settings.instance_dir / "files").exists():
        raise Refusal(
            f"Pokaz z bazy {instance.shown(settings)} ma pliki w innym folderze niż {settings.instance_dir}.\n"
            "Wskaż tamten przez INSTANCE_DIR albo pustą bazę przez DATABASE_URL."
        )
    shown = showing.accounts(settings, held)
    sentences = [
        f"\nStrefa działa: {settings.base_url}\n",
        "Konta pokazowe (rola, adres, hasło):",
        *showing.lines(shown),
    ]
    sys.exit(_run(settings, dict(os.environ), [*sentences, "\nKoniec: Ctrl-C"]))


def programs(settings: Settings) -> tuple[Program, ...]:
    """Return what makes an instance: the web server and the worker."""
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "app:app",
        "--chdir",
        str(ROOT),
        "--worker-class",
        "strefa.infra.server.Worker",
    ]
    web += ["--preload"]  # loaded once for all processes, and one that dies is replaced at once
    web += ["--workers", str(settings.web_processes), "--threads", str(settings.web_threads)]
    web += ["--umask", f"{private.OTHERS:#o}"]  # gunicorn's own would be none
    web += ["--bind", f"{settings.host}:{settings.port}", "--graceful-timeout", str(PATIENCE - 5)]
    # Whom to believe about addresses is said by TRUSTED_PROXIES alone.
    web += ["--forwarded-allow-ips", "", "--no-control-socket", "--log-level", "error"]
    web += ["--logger-class", "strefa.infra.server.Log"]
    return Program("strona", web), Program("praca w tle", [sys.executable, "-m", "strefa.worker"])


def _run(settings: Settings, environment: dict[str, str], lines: list[str]) -> int:
    return live_together(programs(settings), environment, PATIENCE, _announcer(settings, lines))


def _announcer(settings: Settings, lines: list[str]) -> Callable[[], bool]:
    """Return a call that prints the lines once the first page answers, and says whether it did."""
    address = f"http://{near(settings.host)}:{settings.port}/zdrowie"

    def announce() -> bool:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            pass  # it answers; what it says is its own matter
        except OSError:
            return False
        click.echo("\n".join(lines))
        return True

    return announce


def _refuse_unsafe(settings: Settings) -> None:
    """Refuse what would harm real people."""
    if settings.demo:
        raise Refusal("DEMO=1 nie może działać dla prawdziwych ludzi. Usuń DEMO albo uruchom pokaz: make run")
    if len(set(settings.secret)) < FEWEST_CHARACTERS:
        raise Refusal(
            "SECRET_KEY jest za słaby: powtarza te same znaki. Wylosuj nowy:\n"
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if not settings.secure and urlsplit(settings.base_url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise Refusal(f"BASE_URL={settings.base_url} nie zaczyna się od https://, a ludzie podają tu hasła.")


def _refuse_show(settings: Settings) -> None:
    """Refuse a database where accounts of the show wait with passwords that everybody knows."""
    if showing.holds_show(settings):
        raise Refusal(
            f"W bazie {instance.shown(settings)} jest pokaz: jego konta mają hasła, które zna każdy.\n"
            "Wskaż pustą instancję przez INSTANCE_DIR (i DATABASE_URL), a pokaz uruchom przez: make run"
        )


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as problem:
            another = settings.port + 1 if settings.port < 65535 else 8000
            raise Refusal(
                f"Na {settings.host}:{settings.port} nie można nasłuchiwać: {instance.reason(problem)}.\n"
                f"Wskaż inny port, na przykład PORT={another}, albo inny adres przez HOST."
            ) from problem
