"""The set-up asks the system for what is missing, or says exactly which command to run, and stops."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAYS_SO = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLED"\n'


class Machine:
    """A computer with these programs alone; each writes down how it was called."""

    def __init__(self, folder: Path, user: int, *programs: str) -> None:
        self.folder, self.called = folder / "bin", folder / "called"
        self.folder.mkdir()
        self.called.touch()
        self.put("id", f"#!/bin/sh\necho {user}\n")
        for name in programs:
            self.put(name, SAYS_SO)
        for name in ("sh", "bash", "env", "basename"):
            (self.folder / name).symlink_to(f"/usr/bin/{name}" if Path(f"/usr/bin/{name}").exists() else f"/bin/{name}")

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def run(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/bash", "-c", f"set -euo pipefail; . scripts/system.sh; {command}"], cwd=ROOT, text=True,
            env={"PATH": str(self.folder), "CALLED": str(self.called), **environment}, stdin=subprocess.DEVNULL,
            capture_output=True, check=False,
        )  # fmt: skip

    @property
    def calls(self) -> list[str]:
        return self.called.read_text().splitlines()


NEED = 'need "Brakuje Pango." "libpango-1.0-0 fonts-dejavu-core"'
APT = "apt-get install -y --no-install-recommends libpango-1.0-0 fonts-dejavu-core"


def test_root_on_debian_installs_with_apt_get(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 0, "apt-get")
    assert machine.run(NEED).returncode == 0
    assert machine.calls == [APT]


def test_a_fresh_machine_that_has_no_list_of_packages_gets_one_and_tries_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 0)
    machine.put("apt-get", SAYS_SO + '[ "$1" = update ] && : >"$CALLED.list"; [ -e "$CALLED.list" ]\n')
    assert machine.run(NEED).returncode == 0
    assert machine.calls == [APT, "apt-get update", APT]


def test_somebody_who_may_use_sudo_installs_through_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 1000, "apt-get", "sudo")
    assert machine.run(NEED).returncode == 0
    assert machine.calls == ["sudo -n true", f"sudo env DEBIAN_FRONTEND=noninteractive {APT}"]


@pytest.mark.parametrize("sudo", ["", "#!/bin/sh\nexit 1\n"], ids=["no sudo", "sudo refuses"])
def test_without_the_right_to_install_the_exact_command_is_printed_and_nothing_is_done(
    tmp_path: Path, sudo: str
) -> None:
    machine = Machine(tmp_path, 1000, "apt-get")
    if sudo:
        machine.put("sudo", sudo)
    stopped = machine.run(NEED)
    assert (stopped.returncode, machine.calls) == (1, [])
    assert f"Uruchom: sudo apt-get update && sudo {APT}" in stopped.stderr


def test_a_mac_installs_with_brew_and_never_as_root(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 501, "brew", "sudo")
    assert machine.run('need "Brakuje Pango." pango').returncode == 0
    assert machine.calls == ["brew install pango"]


@pytest.mark.parametrize(
    ("installer", "told"), [("dnf", "Uruchom: sudo dnf install -y pango"), ("", "Zainstaluj: pango")]
)
def test_on_other_systems_the_command_is_named_and_the_set_up_stops(tmp_path: Path, installer: str, told: str) -> None:
    machine = Machine(tmp_path, 0, *filter(None, [installer]))
    stopped = machine.run('need "Brakuje Pango." pango')
    assert (stopped.returncode, told in stopped.stderr, machine.calls) == (1, True, [])


def test_an_installer_that_fails_stops_the_set_up_with_the_command(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 0)
    machine.put("apt-get", "#!/bin/sh\nexit 100\n")
    stopped = machine.run(NEED)
    assert (stopped.returncode, f"apt-get update && {APT}" in stopped.stderr) == (1, True)


def test_a_python_that_is_too_old_or_missing_is_refused_by_its_name(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for python in (str(old), str(tmp_path / "nie-ma")):
        script = 'set -euo pipefail; . scripts/system.sh; source <(sed -n "/^usable_python/,/^}/p" scripts/setup.sh); find_python'
        stopped = subprocess.run(
            ["/bin/bash", "-c", script], cwd=ROOT, env=os.environ | {"PYTHON": python}, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        assert (stopped.returncode, stopped.stdout) == (1, "")
        assert f"PYTHON={python} nie jest Pythonem 3.11" in stopped.stderr
