"""A fresh machine: which Python is taken, and how what is locked is installed."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INSTALLING = ("Makefile", "README.md", "deploy/README.md", "deploy/Containerfile")
MINORS = (13, 12, 11)

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


def taken(path: Path) -> str:
    """The Python that make takes where only the programs of a folder are found."""
    told = subprocess.run(
        [shutil.which("make"), "-s", "-f", ROOT / "Makefile", "pythons"],
        check=True,
        capture_output=True,
        text=True,
        cwd=path,
        env={"PATH": str(path), "HOME": str(path)},
    )
    return told.stdout.partition("\n")[0]


def program(path: Path, name: str, minor: int) -> None:
    """A program that answers as Python 3.minor does when it is asked for its version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\ncase "$2" in *"(3, {minor})"*) exit 0;; esac\nexit 1\n')
    file.chmod(0o755)


@needs_make
@pytest.mark.parametrize(
    ("found", "newest"),
    [
        ({"python3.11": 11, "python3.12": 12, "python3.13": 13, "python3.14": 14}, "python3.13"),
        ({"python3.11": 11, "python3.12": 12, "python3": 11}, "python3.12"),
        ({"python3.11": 11, "python3": 12}, "python3"),
        ({"python": 11, "python3": 10}, "python"),
        ({"python3.10": 10, "python3.14": 14, "python3": 14}, ""),
        ({}, ""),
    ],
)
def test_make_takes_the_newest_python_that_candour_supports(tmp_path, found, newest):
    for name, minor in found.items():
        program(tmp_path, name, minor)
    assert taken(tmp_path) == newest


@needs_make
def test_make_takes_no_python_that_does_not_run_or_cannot_make_an_environment(tmp_path):
    """As pyenv's stubs do for a version that is installed and not chosen, and Debian's Python without python3-venv."""
    stub = tmp_path / "python3.13"
    stub.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    stub.chmod(0o755)
    program(tmp_path, "python3.12", 12)
    assert taken(tmp_path) == "python3.12"
    program(tmp_path, ".pyenv/versions/3.13.0/bin/python", 13)
    assert taken(tmp_path) == str(tmp_path / ".pyenv/versions/3.13.0/bin/python")


@needs_make
def test_make_says_so_where_no_python_will_do(tmp_path):
    ended = subprocess.run(
        [shutil.which("make"), "-f", ROOT / "Makefile", ".venv/bin/python"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert ended.returncode != 0
    assert "Candour needs Python 3.11, 3.12 or 3.13 with venv; none was found." in ended.stdout


@pytest.mark.parametrize("name", INSTALLING)
def test_whatever_is_installed_is_in_a_list_and_is_checked_to_fit(name):
    text = re.sub(r"\\\n\s*", "", (ROOT / name).read_text()).replace("$(1)", "requirements.txt")
    lines = [line for line in text.splitlines() if re.search(r"\bpip\b[^&]* install -", line)]
    assert lines
    for line in lines:
        assert re.search(r"--no-deps --require-hashes -r (requirements(-test)?\.txt|\$\{LIST\})", line), line
        after = text[text.index(line) :].partition("--require-hashes")[2]
        assert re.match(r".*\n?.*\bpip\b.* check\b", after), line


def test_every_document_names_the_pythons_that_are_supported():
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert supported == f">=3.{MINORS[-1]},<3.{MINORS[0] + 1}"
    for name in ("README.md", "Makefile", "deploy/README.md", ".ci/run"):
        text = (ROOT / name).read_text()
        assert all(f"3.{minor}" in text for minor in MINORS), name
