"""The house: what may stand where, held by tests and by import-linter."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

from data.terms import USUAL_WORDS
from metrics.catalogue import CATALOGUE
from metrics.metric import spoken
from pages.registry import REGISTRY
from reports import exports

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = SETTINGS["tool"]["importlinter"]["root_packages"]
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# The entry, the registry and what is known of the framework stand beside the pages.
NO_PAGES = {"__init__.py", "framework.py", "main.py", "registry.py"}
PAGES = sorted(path for path in (ROOT / "pages").glob("*.py") if path.name not in NO_PAGES)
NOT_IN_A_PAGE = {"Figure", "execute", "cache_resource"}
# Where each is needed: sums of receipts and of the record, a choice that a click makes, a document read once.
GROUPING = {"audit", "explore", "loads", "staffing"}
REMEMBERING = {"audit", "check", "failures"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def names_used(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


def test_imports_go_down_the_floors_only():
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    order = TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    order.prepare()  # raises CycleError, which names the circle


def test_no_floor_is_held_with_exceptions_but_for_the_front_doors():
    contracts = SETTINGS["tool"]["importlinter"]["contracts"]
    (doors,) = [each["protected_modules"] for each in contracts if each["type"] == "protected"]
    for contract in contracts:
        for exception in contract.get("ignore_imports", ()):
            importer, _, imported = exception.partition(" -> ")
            assert importer in doors
            assert imported.startswith("service.")


def test_every_package_of_the_program_stands_on_a_floor_is_typed_and_is_measured():
    packages = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
    (floors,) = (each for each in SETTINGS["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    assert sorted(PACKAGES) == packages
    assert sorted(floors["layers"]) == packages
    assert sorted(SETTINGS["tool"]["coverage"]["run"]["source"]) == packages
    assert set(packages) <= set(SETTINGS["tool"]["basedpyright"]["include"])


def test_a_page_is_one_module_that_draws_it_and_computes_no_figure():
    assert len(PAGES) > 15
    assert [named(path) for path in PAGES if "draw" not in functions_of(path)] == []
    assert not {named(page): used for page in PAGES if (used := names_used(page) & NOT_IN_A_PAGE)}
    assert {page.stem for page in PAGES if "group_by" in names_used(page)} <= GROUPING
    assert {page.stem for page in PAGES if "session_state" in names_used(page)} <= REMEMBERING


def functions_of(path: Path) -> list[str]:
    return [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]


def test_one_module_caches():
    assert [
        named(path)
        for path in SOURCES
        if {"cachetools", "LRUCache", "cache_resource", "cache_data"} & names_used(path)
    ] == ["service/cache.py"]


def test_no_page_bears_the_name_of_a_package():
    assert not {page.stem for page in PAGES} & set(PACKAGES)


def test_every_page_is_in_the_registry_and_every_entry_has_its_module():
    assert sorted(entry.module for entry in REGISTRY) == [page.stem for page in PAGES]


def test_one_module_knows_what_streamlit_keeps_private():
    """Widgets, columns and charts are public; messages, cookies, hashes and element internals are not."""
    private = re.compile(
        r"^\s*(?:from|import) (streamlit\.(?!delta_generator|navigation)[\w.]+)", re.MULTILINE
    )
    knowing = {named(path) for path in SOURCES if private.search(path.read_text())}
    assert knowing == {"pages/framework.py"}


def test_the_front_door_is_small():
    assert len((ROOT / "dashboard.py").read_text().splitlines()) < 40


def test_a_module_is_small_and_its_name_says_what_it_is():
    assert len(SOURCES) > 100
    # Every table of a review is written in one place, however many there are.
    lines = {path: len(path.read_text().splitlines()) for path in SOURCES if path.name != "schema.py"}
    assert not {named(path): length for path, length in lines.items() if length > 400}
    empty = {"utils", "helpers", "common", "core", "base", "manager"}
    assert not [named(path) for path in SOURCES if path.stem in empty]
    assert not [named(path) for path in SOURCES if re.search(r"def get_", path.read_text())]


def test_a_figure_is_divided_in_one_place():
    """`value` is made from a numerator and a denominator in metrics/intervals.py and nowhere else."""
    dividing = [
        path for path in SOURCES if re.search(r"numerator[^\n]*\s/\s[^\n]*denominator", path.read_text())
    ]
    assert dividing == [ROOT / "metrics" / "intervals.py"]


def test_nothing_opens_to_the_world():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["enableAgentApi"] is False
    assert settings["server"]["enableStaticServing"] is False
    assert settings["client"]["disableDataExport"] is True


def test_every_dependency_has_its_reason_in_the_decisions():
    settings = SETTINGS["project"]
    optional = settings["optional-dependencies"]
    wanted = settings["dependencies"] + optional["cluster"] + optional["test"]
    decisions = (ROOT / "DECISIONS.md").read_text()
    for requirement in wanted:
        name = re.split(r"[\[<>=]", requirement)[0]
        assert f"`{name}`" in decisions, name


def test_the_glossary_has_every_figure():
    glossary = (ROOT / "GLOSSARY.md").read_text()
    for each in CATALOGUE:
        told = spoken(each, USUAL_WORDS)
        assert f"- **{told.title}**: {told.definition}\n" in glossary, told.title


def test_the_readme_has_every_page_and_what_it_answers():
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("## What each page answers")[2].partition("\n## ")[0]
    told = re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    assert told[1:] == [(entry.title, entry.answers) for entry in REGISTRY]


def test_files_leave_by_one_door_and_never_by_streamlits_own():
    """A file of `st.download_button` is open to anyone who has its address, and stays so."""
    naming = [path for path in [*SOURCES, ROOT / "dashboard.py"] if "download_button" in path.read_text()]
    assert naming == []
    sending = [path for path in SOURCES if "content-disposition" in path.read_text().lower()]
    assert sending == [ROOT / "pages" / "shell" / "app_setup.py"]


def test_every_kind_of_file_is_opened_again():
    for format_, kind in [*exports._KINDS.items(), *exports._RELEASED.items()]:
        assert kind.check.__module__ == "reports.verify", format_
        assert kind.write.__module__ != "reports.verify", format_
