"""The page on running it, held to what the program reads and can do."""

import importlib
import re
import subprocess
import sys

import pytest

from access.settings import Limits, Settings, SignIn
from tests.deploy.site import ROOT
from tests.test_architecture import SOURCES

DEPLOY = ROOT / "deploy"
PAGE = (DEPLOY / "README.md").read_text()
SHIPPED = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name != "README.md")
SETTINGS = sorted({name for each in (Settings, SignIn, Limits) for name in each.model_fields})
VARIABLES = sorted(
    {
        name
        for path in [*SOURCES, ROOT / "dashboard.py"]
        for name in re.findall(r"""["'](CANDOUR_[A-Z_]+)["']""", path.read_text())
    }
)
COMMANDS = sorted(set(re.findall(r"(?:candour-as \w+ |`|run --rm \w+ )(data|access) ([a-z]+)\b", PAGE)))


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_explained(name):
    assert re.search(rf"^\| `\[?(sign_in\.)?{name}\]?` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_example(name):
    example = (DEPLOY / "settings.toml").read_text()
    assert re.search(rf"^(\[(sign_in\.)?{name}\]|{name} =)", example, re.MULTILINE)


def test_the_page_explains_no_setting_that_is_not_there():
    explained = re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)
    assert set(explained) <= set(SETTINGS)


def test_every_variable_that_is_read_is_explained_and_no_other():
    assert len(VARIABLES) >= 6
    assert re.findall(r"^\| `(CANDOUR_[A-Z_]+)` \|", PAGE, re.MULTILINE) == sorted(
        VARIABLES, key=lambda name: PAGE.index(f"| `{name}` |")
    )


def test_the_example_environment_sets_only_what_is_read():
    given = re.findall(r"^(CANDOUR_[A-Z_]+)=", (DEPLOY / "candour.env").read_text(), re.MULTILINE)
    assert set(given) == set(VARIABLES) - {"CANDOUR_PORT"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_everything_shipped_is_named_on_the_page(path):
    if path.name != "Containerfile.dockerignore":
        assert path.name in PAGE


@pytest.mark.parametrize("package", ["access", "data"])
def test_every_command_on_the_page_is_one(package, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        importlib.import_module(f"{package}.__main__").main(["--help"])
    known = re.findall(r"^ {4}([a-z]+)", capsys.readouterr().out, re.MULTILINE)
    named = [command for each, command in COMMANDS if each == package]
    assert len(named) >= 4
    assert set(named) <= set(known)


@pytest.mark.parametrize("name", ["candour-as", "passwords.sh"])
def test_a_script_is_one_that_the_shell_can_read_and_may_be_run(name):
    subprocess.run(["sh", "-n", DEPLOY / name], check=True)
    assert (DEPLOY / name).stat().st_mode & 0o100


def test_the_project_points_to_the_page():
    assert "](deploy/README.md)" in (ROOT / "README.md").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shell of this kind")
@pytest.mark.parametrize(
    "command", [(), ("reader",), ("loader", "timeit"), ("loader", "data.record"), ("owner", "code")]
)
def test_only_the_commands_of_candour_are_run_in_a_role(command):
    ran = subprocess.run(
        ["sh", "deploy/candour-as", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "candour-as runs only the commands data and access\n"
