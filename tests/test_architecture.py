"""The house: what may stand where, held by tests and by import-linter."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from data.terms import Case
from metrics.catalogue import CATALOGUE
from metrics.words import spoken
from pages.registry import REGISTRY
from reports import exports

ROOT = Path(__file__).parents[1]
PACKAGES = ("access", "charts", "data", "metrics", "pages", "reports", "service")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PAGES = sorted(path for path in (ROOT / "pages").glob("*.py") if path.name not in ("__init__.py",))


def names_called(path: Path) -> set[str]:
    called = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            called.add(node.attr)
        elif isinstance(node, ast.Name):
            called.add(node.id)
    return called


def test_imports_go_down_the_floors_only():
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_no_floor_is_held_with_exceptions_but_for_the_front_doors():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    (doors,) = [each["protected_modules"] for each in contracts if each["type"] == "protected"]
    for contract in contracts:
        for exception in contract.get("ignore_imports", ()):
            importer, _, imported = exception.partition(" -> ")
            assert importer in doors
            assert imported.startswith("service.")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_a_paragraph(page):
    assert len(page.read_text().splitlines()) < 60
    assert not names_called(page) & {
        "group_by",
        "Figure",
        "execute",
        "cache_data",
        "cache_resource",
        "session_state",
    }


def test_one_module_caches():
    caching = [path for path in SOURCES if {"cache_resource", "cache_data"} & names_called(path)]
    assert caching == [ROOT / "pages" / "parts" / "kept.py"]


def test_nothing_is_kept_in_a_cache_that_copies_or_compares_frames():
    assert "cache_data" not in (ROOT / "pages" / "parts" / "kept.py").read_text()


def test_no_page_bears_the_name_of_a_package():
    assert not {page.stem for page in PAGES} & set(PACKAGES)


def test_every_page_is_in_the_registry_and_every_entry_has_its_page():
    assert {entry.file for entry in REGISTRY} == {page.name for page in PAGES} - {"main.py", "registry.py"}


def test_the_front_door_is_small():
    assert len((ROOT / "dashboard.py").read_text().splitlines()) < 40


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_is_small_and_says_what_it_is(path):
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "a module says what it is"
    # Every table of a review is written in one place, however many there are.
    assert len(text.splitlines()) <= 380 or path.name == "schema.py"
    assert path.stem not in {"utils", "helpers", "common", "core", "base", "manager"}
    assert not re.search(r"def get_", text)


def test_a_figure_is_divided_in_one_place():
    """`value` is made from a numerator and a denominator in metrics/evaluate.py and nowhere else."""
    dividing = [
        path for path in SOURCES if re.search(r"numerator[^\n]*\s/\s[^\n]*denominator", path.read_text())
    ]
    assert dividing == [ROOT / "metrics" / "evaluate.py"]


def test_nothing_opens_to_the_world():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["enableAgentApi"] is False
    assert settings["server"]["enableStaticServing"] is False
    assert settings["client"]["disableDataExport"] is True


def test_every_dependency_has_its_reason_in_the_decisions():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = settings["dependencies"] + settings["optional-dependencies"]["test"]
    decisions = (ROOT / "DECISIONS.md").read_text()
    for requirement in wanted:
        name = re.split(r"[\[<>=]", requirement)[0]
        assert f"`{name}`" in decisions, name


def test_the_glossary_has_every_figure():
    glossary = (ROOT / "GLOSSARY.md").read_text()
    for each in CATALOGUE:
        told = spoken(each, Case())
        assert f"- **{told.title}**: {told.definition}\n" in glossary, told.title


def test_the_readme_has_every_page_and_what_it_answers():
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("## What each page answers")[2].partition("\n## ")[0]
    told = re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    assert told[1:] == [(entry.title, entry.answers) for entry in REGISTRY]


def test_what_is_locked_is_locked_by_its_hash_and_names_no_registry():
    for name in ("requirements.txt", "requirements-test.txt"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
        assert len(pinned) > 40
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text
        assert "index" not in text.replace("cssselect", "")


def test_files_leave_by_one_door_and_never_by_streamlits_own():
    """A file of `st.download_button` is open to anyone who has its address, and stays so."""
    naming = [path for path in [*SOURCES, ROOT / "dashboard.py"] if "download_button" in path.read_text()]
    assert naming == []
    sending = [path for path in SOURCES if "content-disposition" in path.read_text().lower()]
    assert sending == [ROOT / "pages" / "parts" / "fetching.py"]


def test_every_kind_of_file_is_opened_again():
    for format_, kind in [*exports._KINDS.items(), *exports._RELEASED.items()]:
        assert kind.check.__module__.startswith("reports.reopened."), format_
        assert not kind.write.__module__.startswith("reports.reopened."), format_
