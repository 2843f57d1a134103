"""The systemd units: that systemd takes them, and how much of the machine is left open to them."""

import re
import shutil
import subprocess

import pytest

from tests.conftest import required
from tests.deploy.site import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = ("candour@.service", "candour-nightly.service", "candour-inbox.service")


def directives(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text().splitlines():
        if re.match(r"[A-Z]\w+=", line):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    """The units as they are installed; the program's folder is one that is on this machine."""
    if shutil.which("systemd-analyze") is None:
        if required("systemd"):
            pytest.fail("tests of the units are required, and there is no systemd-analyze on the path")
        pytest.skip("there is no systemd-analyze on the path")
    folder = tmp_path_factory.mktemp("units")
    for path in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.target"), *DEPLOY.glob("*.timer")]:
        text = path.read_text().replace("/opt/candour/.venv/bin/python", "/bin/sh")
        (folder / path.name.replace("@.", "@8501.")).write_text(text)
    return folder


@pytest.mark.systemd
def test_systemd_has_nothing_to_say_against_them(units):
    for unit in sorted(units.iterdir()):
        said = subprocess.run(
            ["systemd-analyze", "verify", unit], check=False, capture_output=True, text=True
        )
        assert (said.returncode, said.stdout + said.stderr) == (0, ""), unit.name


@pytest.mark.systemd
@pytest.mark.parametrize("name", SERVICES)
def test_little_of_the_machine_is_open_to_them(units, name):
    unit = units / name.replace("@.", "@8501.")
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        check=False,
        capture_output=True,
        text=True,
    )
    (exposure,) = re.findall(r"Overall exposure level for \S+: (\d+\.\d)", said.stdout + said.stderr)
    assert float(exposure) <= 2.0


@pytest.mark.parametrize("name", SERVICES)
def test_they_run_as_nobody_in_particular_and_may_write_to_the_review_only(name):
    said = directives(name)
    assert said["User"] == ["candour"]
    assert said["NoNewPrivileges"] == ["yes"]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["ProtectSystem"] == ["strict"]
    written = set(said["ReadWritePaths"][0].split())
    assert written <= {"/var/lib/candour", "/var/backups/candour"}


@pytest.mark.parametrize("name", SERVICES[1:])
def test_the_services_are_closed_in_the_same_way(name):
    first, second = directives(SERVICES[0]), directives(name)
    begins = list(first).index("ProtectSystem")
    for key in list(first)[begins:]:
        if key not in ("ReadWritePaths", "SocketBindAllow", "WantedBy", "InaccessiblePaths"):
            assert first[key] == second[key], key


def test_a_dashboard_cannot_read_what_the_inbox_signs_in_with():
    hidden = directives("candour@.service")["InaccessiblePaths"][0].split()
    assert {"-/run/credentials", "-/etc/candour/private"} <= set(hidden)


def test_every_process_of_the_proxy_has_a_port_that_the_unit_allows():
    ports = re.findall(r"127\.0\.0\.1:(\d+)", (DEPLOY / "nginx" / "candour" / "processes.conf").read_text())
    lowest, highest = re.findall(r"\d{4}", directives("candour@.service")["SocketBindAllow"][0])
    assert len(ports) == 2
    assert all(lowest <= port <= highest for port in ports)


def test_no_unit_holds_a_secret():
    for path in DEPLOY.glob("*.service"):
        assert not re.search(r"(?i)password|secret", path.read_text())
