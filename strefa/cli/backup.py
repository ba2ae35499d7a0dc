"""`strefa backup` and `strefa restore`: the database and the files as one unit, verified both ways.

The database is copied first and the files after it. Contents are kept by their hash and never change, so
whatever the copied database refers to is among the files copied later.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from strefa.cli import dumps, instance
from strefa.cli.instance import Refusal, reason
from strefa.infra import erased_list, private
from strefa.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
FOLDER = click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))


@click.command(short_help="Kopia bazy i plików w jednym folderze.")
@FOLDER
def backup(folder: Path) -> None:
    """Zapisz w FOLDERZE kopię bazy danych i plików razem z ich skrótami.

    FOLDER musi być pusty albo nie istnieć. Strefa może w tym czasie pracować.
    """
    settings = instance.settings()
    if not dumps.occupied(settings.database_address):
        raise Refusal(
            f"{dumps.shown(settings.database_address)}: nie ma czego kopiować.\nSprawdź INSTANCE_DIR i DATABASE_URL."
        )
    with _disk():
        if folder.exists() and any(folder.iterdir()):
            raise Refusal(f"Folder {folder} nie jest pusty. Podaj pusty albo nowy folder.")
        manifest = _made(settings, folder.absolute())
    click.echo(f"Kopia gotowa w folderze {folder.absolute()}: {_counts(manifest)}.")


@click.command(short_help="Odtworzenie z kopii na pustej instancji.")
@FOLDER
@click.option(
    "--erased",
    metavar="PLIK",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=f"Nowsza lista usuniętych ({erased_list.NAME}) z instancji, którą zastępuje odtworzona.",
)
def restore(folder: Path, erased: Path | None) -> None:
    """Odtwórz bazę danych i pliki z kopii w FOLDERZE, sprawdzając skróty i liczby wierszy.

    Instancja, na którą wskazują INSTANCE_DIR i DATABASE_URL, musi być pusta. Kto jest na liście usuniętych – w kopii,
    w INSTANCE_DIR albo w PLIKU – zostaje usunięty jeszcze raz.
    """
    settings = instance.settings()
    with _disk():
        manifest = _manifest(folder)
        _refuse_a_spoiled_copy(folder, manifest)
        dumps.refuse_another_kind(settings.database_address, manifest["database"]["kind"])
        if any(_contents(_store(settings))) or dumps.occupied(settings.database_address):
            raise Refusal(
                f"Instancja w {settings.instance_dir} nie jest pusta, a odtwarza się tylko na pustej.\n"
                "Wskaż nową przez INSTANCE_DIR i DATABASE_URL."
            )
        _bring_back(settings, folder, manifest)
        listed = settings.instance_dir / erased_list.NAME
        for source in (folder / erased_list.NAME, *([erased] if erased else [])):
            erased_list.merge(listed, erased_list.read(source))
    again = _erased_again(listed)
    click.echo(f"Odtworzono i sprawdzono: {_counts(manifest)}. Niezmienniki sprawdza: strefa check")
    if again:
        click.echo(f"Usunięto jeszcze raz osoby i treści z listy usuniętych: {again}.")


def _erased_again(listed: Path) -> int:
    """Forget anew whoever is on the list and in the copy; the database of an older version is brought up to date first."""
    if not erased_list.read(listed):
        return 0
    with instance.opened(writing=True):
        from strefa import chores  # half a second that a copy without a list need not wait for

        return chores.erase_listed()


@contextmanager
def _disk() -> Iterator[None]:
    """Keep what is written to its owner; say in one sentence that the disk refuses."""
    try:
        with private.writing():
            yield
    except OSError as problem:
        raise Refusal(f"{problem.filename or 'Dysk'}: {reason(problem)}. Nic nie zostało zmienione.") from problem


def _made(settings: Settings, folder: Path) -> dict[str, Any]:
    """Make the copy beside its place; only a whole one gets its name."""
    incomplete = folder.with_name(folder.name + ".incomplete")
    shutil.rmtree(incomplete, ignore_errors=True)
    incomplete.mkdir(parents=True)
    try:
        manifest = _copy_all(settings, incomplete)
        if folder.exists():
            folder.rmdir()
        incomplete.rename(folder)
    finally:
        shutil.rmtree(incomplete, ignore_errors=True)
    return manifest


def _bring_back(settings: Settings, folder: Path, manifest: dict[str, Any]) -> None:
    """Bring the files back and then the database that refers to them; what fails leaves no files behind."""
    store, described = _store(settings), manifest["database"]
    try:
        for name in manifest["files"]:
            _copied(folder / "files" / name, store / name[:2] / name[2:4])
        dumps.load_dump(settings.database_address, folder / described["file"], described["tables"])
    except BaseException:
        shutil.rmtree(store, ignore_errors=True)
        raise


def _copy_all(settings: Settings, folder: Path) -> dict[str, Any]:
    dump = dumps.dump(settings.database_address, folder)
    files = {path.name: _copied(path, folder / "files") for path in _contents(_store(settings))}
    missing = sorted(dump.refers_to - files.keys())
    if missing:
        raise Refusal(f"Kopia byłaby niepełna, bo baza zna pliki, których nie ma: {', '.join(missing[:5])}.")
    described = {"kind": dump.kind, "file": dump.file, "tables": dump.tables, "sha256": _hash(folder / dump.file)}
    erased_list.merge(folder / erased_list.NAME, erased_list.read(settings.instance_dir / erased_list.NAME))
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = {"format": FORMAT, "made_at": made_at, "database": described, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return manifest


def _counts(manifest: dict[str, Any]) -> str:
    return f"wiersze: {sum(manifest['database']['tables'].values())}, pliki: {len(manifest['files'])}"


def _store(settings: Settings) -> Path:
    return settings.instance_dir / "files"


def _contents(store: Path) -> Iterator[Path]:
    """Walk through kept contents; what is still coming in has no row yet and is left out."""
    return (path for path in sorted(store.glob("??/??/*")) if path.is_file())


def _copied(source: Path, folder: Path) -> int:
    """Copy a content into `folder` and return its size in bytes; its name is its hash.

    Raises:
        Refusal: the bytes read do not have the hash that is their name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / source.name)
    if _hash(folder / source.name) != source.name:
        raise Refusal(f"Plik {source} jest uszkodzony: jego treść ma inny skrót niż nazwa.")
    return source.stat().st_size


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise Refusal(f"W folderze {folder} nie ma kopii: brakuje pliku {MANIFEST}.") from problem
    except ValueError as problem:
        raise Refusal(f"Plik {folder / MANIFEST} jest nieczytelny.") from problem
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Refusal(f"Kopia w folderze {folder} ma format, którego ta wersja Strefy nie zna.")
    if not _whole(manifest):
        raise Refusal(f"Plik {folder / MANIFEST} jest niepełny albo zmieniony.")
    return manifest


def _whole(manifest: dict[str, Any]) -> bool:
    database, files = manifest.get("database"), manifest.get("files")
    return (
        isinstance(database, dict)
        and {"kind", "file", "sha256", "tables"} <= database.keys()
        and database["file"] in dumps.FILES.values()
        and isinstance(files, dict)
        and all(re.fullmatch("[0-9a-f]{64}", name) for name in files)
    )


def _refuse_a_spoiled_copy(folder: Path, manifest: dict[str, Any]) -> None:
    """Look at the whole copy before anything is written."""
    wanted = {folder / manifest["database"]["file"]: manifest["database"]["sha256"]}
    wanted |= {folder / "files" / name: name for name in manifest["files"]}
    for path, sha256 in wanted.items():
        if not path.exists():
            raise Refusal(f"W kopii brakuje pliku {path}.")
        if _hash(path) != sha256:
            raise Refusal(f"Plik {path} z kopii jest uszkodzony: ma inny skrót niż w spisie.")
