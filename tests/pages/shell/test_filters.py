"""Which filters a page has."""

import pytest

from access.roles import Role
from access.services import services_of
from pages.registry import REGISTRY
from pages.shell.address import NARROWED_BY
from pages.shell.filters import SUBJECTS, applying
from service import cache
from service.view import open_source

OF_CASES = ("area", "route", "grade", "year", "category")
OF_FAILURES = ("part", "type", "reason", "harm", "month_found")


THERE = tuple(
    name
    for name in NARROWED_BY
    if name not in {"standing", "allegation", "recommended", "final", "officer", "investigator", "force"}
)
"""Those that the demonstration has values of."""


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    services = services_of(demonstration.folder)
    return open_source(services.visit(services.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL")


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("Overview", THERE),
        ("Progress", OF_CASES),
        ("Failures", (*OF_CASES, *OF_FAILURES)),
        ("Referrals", (*OF_CASES, *OF_FAILURES)),
        ("Staffing", ("team",)),
        ("Contact", OF_CASES),
        ("Enquiries", tuple(name for name in OF_CASES if name != "grade")),
        ("Assurance", OF_CASES),
        ("Explore", THERE),
        ("Headlines", ()),
    ],
)
def test_a_page_has_the_filters_that_narrow_its_figures(source, page, names):
    assert applying(source, page) == names


@pytest.mark.usefixtures("forgotten")
def test_a_filter_with_one_value_or_none_is_not_there(source, monkeypatch):
    values = {"area": ["east"], "type": [], "harm": ["false", "true"]}
    cache.clear()
    monkeypatch.setattr(
        type(source), "values", lambda _, name: values.get(name, ["2024-01-01", "2024-02-01"])
    )
    assert applying(source, "Failures") == (
        "route",
        "grade",
        "year",
        "category",
        "part",
        "reason",
        "harm",
        "month_found",
        "standing",
        "force",
    )


def test_every_page_of_which_the_subjects_are_named_is_a_page():
    assert set(SUBJECTS) < {entry.title for entry in REGISTRY}
