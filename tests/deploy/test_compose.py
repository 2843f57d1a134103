"""What the container files promise, as far as it can be seen without a container engine."""

import re
from typing import Any

import pytest
import yaml

from tests.deploy.site import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
DASHBOARDS = ("dashboard-1", "dashboard-2")


def test_only_the_proxy_can_be_reached_from_outside():
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert published == {"proxy": ["443:443", "80:80"]}
    assert not {name for name, each in SERVICES.items() if each.get("network_mode") == "host"}
    assert {name for name, each in SERVICES.items() if "outside" in each.get("networks", [])} == {"proxy"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_shares_the_loopback_of_the_proxy(name):
    service = SERVICES[name]
    assert service["network_mode"] == "service:proxy"
    port = service["environment"]["CANDOUR_PORT"]
    assert f"127.0.0.1:{port}" in (DEPLOY / "nginx" / "candour" / "processes.conf").read_text()


def test_the_dashboards_differ_in_their_ports_only():
    first, second = ({**SERVICES[name]} for name in DASHBOARDS)
    ports = [each["environment"]["CANDOUR_PORT"] for each in (first, second)]
    assert len(set(ports)) == 2
    for each in (first, second):
        each["environment"] = {**each["environment"], "CANDOUR_PORT": ""}
    assert first == second


def test_the_dashboard_comes_to_the_database_as_the_reader_and_cannot_as_anyone_else():
    for name in DASHBOARDS:
        assert "//candour_reader@" in SERVICES[name]["environment"]["CANDOUR_LEDGER"]
        assert set(SERVICES[name]["secrets"]) == {"reader_password", "client_secret", "cookie_secret"}
    assert "//candour_owner@" in SERVICES["migrate"]["environment"]["CANDOUR_LEDGER"]
    assert "//candour_loader@" in SERVICES["steward"]["environment"]["CANDOUR_LEDGER"]


def test_the_tables_are_brought_up_to_date_before_a_dashboard_starts():
    for name in DASHBOARDS:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert SERVICES["migrate"]["restart"] == "no"


def test_every_secret_is_a_file_and_none_is_in_an_environment():
    for secret in COMPOSE["secrets"].values():
        assert list(secret) == ["file"]
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        for variable, value in service.get("environment", {}).items():
            assert not re.search(r"PASSWORD$|SECRET$|TOKEN$", variable), name
            assert not re.search(r"//[^/@]*:[^/@]*@", str(value)), name


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "database"])
def test_a_service_writes_to_its_volumes_only_and_becomes_nobody_else(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    for volume in service["volumes"]:
        assert volume.endswith(":ro") or volume == "candour:/var/lib/candour"


def test_every_image_is_of_one_version():
    for service in SERVICES.values():
        assert re.fullmatch(r"[\w./-]+:\d+\.[\w.-]+|postgres:\d+-\w+", service["image"])
    for image in re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE):
        assert re.fullmatch(r"python:3\.1[1-3]-slim-\w+", image)


def test_what_compose_mounts_is_shipped_or_named_as_the_deployments_own():
    own = ("./terms.toml", "./extracts", "./secrets/")
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and not source.startswith(own):
                assert (DEPLOY / source).exists(), source


def test_everything_that_is_copied_exists_and_is_let_into_the_build():
    let_in = (DEPLOY / "Containerfile.dockerignore").read_text()
    assert let_in.splitlines()[1] == "*"
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    copied = [source for line in lines for source in line.split()]
    assert len(copied) >= 8
    for source in copied:
        assert (ROOT / source).exists(), source
        assert f"!{source}\n" in let_in, source


def test_every_package_of_the_program_is_copied():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(re.findall(r"^COPY (\S+) \1$", CONTAINERFILE, re.MULTILINE))


def test_libraries_are_held_to_their_hashes_and_nothing_is_built():
    lines = CONTAINERFILE.replace("\\\n", " ").splitlines()
    installing = [line for line in lines if re.search(r"\bpip\b.* install --no", line)]
    assert installing
    for each in installing:
        assert "--require-hashes" in each
        assert "--only-binary :all:" in each
    assert "apt-get" not in CONTAINERFILE


def test_the_image_runs_as_an_account_of_its_own_and_says_how_it_is():
    last = CONTAINERFILE[CONTAINERFILE.rindex("FROM ") :]
    (user,) = re.findall(r"^USER (\S+)", last, re.MULTILINE)
    assert user == "10001:10001" == SERVICES["dashboard-1"]["user"]
    assert "/healthz" in re.findall(r"^HEALTHCHECK(?:.*\\\n)*.*", last, re.MULTILINE)[0]
    assert "pip uninstall" in last
    assert not re.search(r"^EXPOSE", last, re.MULTILINE)
