"""The lists of locked packages are complete, since pip may look for nothing that is not in them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).parents[1]
LISTS = {
    "requirements.txt": (),
    "requirements-cluster.txt": ("cluster",),
    "requirements-test.txt": ("cluster", "test"),
}  # with the extras of each
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "aarch64"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
)
# The first and a late release of each Python: some markers speak of a single one.
ENVIRONMENTS = [
    {
        **default_environment(),
        **system,
        "python_version": python,
        "python_full_version": f"{python}.{patch}",
        "implementation_version": f"{python}.{patch}",
    }
    for python, patch, system in product(PYTHONS, (0, 99), SYSTEMS)
]
HERE = {str(name): str(value) for name, value in default_environment().items()}


def locked(text: str) -> list[Requirement]:
    lines = text.replace("\\\n", " ").splitlines()
    return [Requirement(line.partition(" --hash")[0]) for line in lines if line and not line.startswith("#")]


def pins(lock: Iterable[Requirement], environment: dict[str, str]) -> dict[NormalizedName, Requirement]:
    return {
        canonicalize_name(each.name): each
        for each in lock
        if each.marker is None or each.marker.evaluate(environment)
    }


@cache
def asked_by(name: str) -> list[Requirement]:
    return [Requirement(line) for line in metadata.requires(name) or []]


def left_out(
    wanted: Iterable[str], lock: Iterable[Requirement], environment: dict[str, str], installed: dict[str, str]
) -> set[tuple[str, str, str]]:
    """Who asks for which package in which versions, where the list has none that fits.

    Each package is followed with the extras that are asked of it. One that is locked for another Python or system
    only is not installed here, so what it asks for in turn is not known here; that it is in the list, and fits, is.
    """
    pinned = pins(lock, environment)
    missing = set()
    waiting = [(Requirement(line), "the project") for line in wanted]
    followed = set()
    while waiting:
        requirement, by = waiting.pop()
        name = canonicalize_name(requirement.name)
        version = next((each.version for each in pinned[name].specifier), "") if name in pinned else None
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            missing.add((by, name, str(requirement.specifier)))
        elif installed.get(name) == version:
            extras = [{**environment, "extra": extra} for extra in ("", *requirement.extras)]
            for each in asked_by(name):
                asked = each.marker is None or any(each.marker.evaluate(extra) for extra in extras)
                if asked and str(each) not in followed:
                    followed.add(str(each))
                    waiting.append((each, name))
    return missing


INSTALLED = {canonicalize_name(each.name): each.version for each in metadata.distributions()}


def wanted_of(name: str) -> list[str]:
    return PROJECT["dependencies"] + [
        line for extra in LISTS[name] for line in PROJECT["optional-dependencies"][extra]
    ]


def lock_of(name: str) -> list[Requirement]:
    return locked((ROOT / name).read_text())


def test_the_pythons_that_are_tried_are_those_that_the_project_supports():
    supported = SpecifierSet(PROJECT["requires-python"])
    assert [f"3.{minor}" for minor in range(30) if supported.contains(f"3.{minor}")] == list(PYTHONS)


def test_what_is_installed_here_is_what_is_locked():
    for name, pin in pins(lock_of("requirements-test.txt"), HERE).items():
        assert pin.specifier.contains(metadata.version(name)), pin


@pytest.mark.parametrize("name", LISTS)
def test_all_that_any_locked_package_asks_for_is_in_the_list_on_every_python_and_system(name):
    lock, wanted = lock_of(name), wanted_of(name)
    for environment in ENVIRONMENTS:
        assert not left_out(wanted, lock, environment, INSTALLED), environment


@pytest.mark.long
@pytest.mark.parametrize("name", LISTS)
def test_a_line_that_is_taken_from_the_list_is_missed(name):
    lock, wanted = lock_of(name), wanted_of(name)
    for pin in pins(lock, HERE).values():
        missing = left_out(wanted, [each for each in lock if each is not pin], HERE, INSTALLED)
        assert canonicalize_name(pin.name) in {each for _, each, _ in missing}, pin


def test_a_line_for_another_system_or_python_is_missed_there():
    lock, wanted = lock_of("requirements-test.txt"), wanted_of("requirements-test.txt")
    elsewhere = {pin for environment in ENVIRONMENTS for pin in pins(lock, environment).values()}
    for name in ("colorama", "numpy", "scipy"):
        for pin in [each for each in elsewhere if each.name == name]:
            left = [each for each in lock if each is not pin]
            assert any(left_out(wanted, left, environment, INSTALLED) for environment in ENVIRONMENTS), pin


@pytest.fixture
def nothing_remembered():
    asked_by.cache_clear()
    yield
    asked_by.cache_clear()


@pytest.mark.usefixtures("nothing_remembered")
def test_an_extra_that_a_package_asks_for_is_followed(monkeypatch):
    """What broke the second command of the README: pytest-cov asks for coverage with an extra."""
    asked = {"pytest-cov": ["coverage[toml]>=7"], "coverage": ["tomli; extra == 'toml'"]}
    monkeypatch.setattr(metadata, "requires", asked.get)
    lock = locked("coverage==7.1\npytest-cov==7.1.0\n")
    installed = {"pytest-cov": "7.1.0", "coverage": "7.1"}
    assert left_out(["pytest-cov>=7"], lock, HERE, installed) == {("coverage", "tomli", "")}
    assert not left_out(["coverage>=7"], lock, HERE, installed)


def test_a_version_that_does_not_fit_is_missed():
    lock = [each for each in lock_of("requirements.txt") if each.name != "numpy"]
    lock.append(Requirement("numpy==1.0"))
    assert left_out(["numpy>=2.4"], lock, HERE, {}) == {("the project", "numpy", ">=2.4")}


@pytest.mark.parametrize("name", LISTS)
def test_what_is_locked_is_locked_by_its_hash_and_names_no_registry(name):
    text = (ROOT / name).read_text()
    lines = text.replace("\\\n", " ").splitlines()
    assert len(lines) > 40
    for line in lines:
        assert re.fullmatch(r"[a-z0-9.-]+==[^\s;]+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+", line), line
    assert "://" not in text
