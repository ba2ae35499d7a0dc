"""The way to a running Strefa: pins with hashes and no hosts, two commands, no trace of anybody's machine."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = ("requirements.txt", "requirements-development.txt")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def pinned(name: str) -> dict[str, str]:
    """Return each package of a pin file with its lines."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return {re.split(r"[=\[; ]", line)[0]: line for line in text.splitlines() if line.strip()}


@pytest.mark.parametrize("name", PINS)
def test_every_package_is_pinned_to_one_version_with_its_hashes(name: str) -> None:
    loose = [package for package, line in pinned(name).items() if "==" not in line or "--hash=sha256:" not in line]
    assert pinned(name)
    assert not loose


@pytest.mark.parametrize("name", PINS)
def test_pin_files_name_no_host(name: str) -> None:
    assert not re.findall(r"^.*(?:://|--index-url|--extra-index-url|--find-links).*$", (ROOT / name).read_text(), re.M)


def test_what_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def asked(wanted: list[str]) -> set[str]:
        return {re.split(r"[\[<>=! ]", line)[0].lower().replace(".", "-") for line in wanted}

    assert not asked(project["dependencies"]) - pinned("requirements.txt").keys()
    assert "setuptools" in pinned("requirements.txt")  # the project itself is installed without build isolation
    everything = asked(project["dependencies"] + project["optional-dependencies"]["development"])
    assert not everything - pinned("requirements-development.txt").keys()


def test_both_pin_files_agree_on_versions() -> None:
    run, development = ({k: v.split("--hash")[0].split() for k, v in pinned(name).items()} for name in PINS)
    assert {name for name in run if name in development and run[name] != development[name]} == set()


def test_the_commands_people_are_told_about_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert {"setup", "run", "test", "check", "bench", "clean", "translations", "help"} <= targets
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert lines[-1] == "exec make check test"


def test_no_file_names_the_machine_it_was_written_on() -> None:
    machine = re.compile(rf"(?:^|[\s\"'=:(])(?:{re.escape('/wo' + 'rk/')}|/ho" + r"me/[a-z]|/Us" + r"ers/[a-z])", re.M)
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data and machine.search(data.decode("utf-8", "replace")):
            found.append(str(path.relative_to(ROOT)))
    assert not found


def test_scripts_of_the_setup_stop_at_the_first_failure_and_parse() -> None:
    for script in sorted((ROOT / "scripts").glob("*.sh")):
        text = script.read_text()
        assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
        assert not text.startswith("#!") or re.search(r"^set -(e?)uo pipefail$", text, re.M), script.name
