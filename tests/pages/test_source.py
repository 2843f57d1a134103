"""What a page is given is what the figure is, whatever is kept from one run to the next."""

import datetime as dt
import random

import pytest

from access.roles import Role
from access.services import services_of
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE, metric
from metrics.catalogue.failures import every_part
from metrics.course import course
from metrics.dimensions import PART, dimension, dimensions_of, narrow
from metrics.evaluate import behind, evaluate
from metrics.histories.subjects import HISTORIES
from metrics.metric import Metric
from service import cache
from service.view import View, open_source

LAST = dt.date(2024, 5, 30)
NARROWINGS = [
    {},
    {"area": ("east",)},
    {"grade": ("high",), "route": ("right to ask",)},
    {"year": ("2019", "2020"), "area": ("north", "south")},
]


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    cache.clear()
    token = services_of(demonstration.folder).welcome("reader", (Role.CHIEF_OFFICER,), "test")
    return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")


@pytest.fixture(scope="module")
def rows(demonstration):
    tables = demonstration.snapshot().scan_all()
    return {
        subject: history.of(demonstration.terms)(tables).collect() for subject, history in HISTORIES.items()
    }


def clocks() -> list[Clocks]:
    chance = random.Random(7)
    days = [dt.date(2023, 9, 28) + dt.timedelta(days=chance.randrange(246)) for _ in range(4)]
    return [
        *(Clocks.then(day) for day in days[:2]),
        *(Clocks(day, LAST) for day in days[1:3]),
        Clocks(days[0], days[3]),
        Clocks(days[3], days[0]),
        Clocks.then(LAST),
        Clocks(dt.date(2015, 4, 1), LAST),
    ]


def narrowed(rows, subject, narrowing, day):
    return narrow(rows[subject].lazy(), subject, narrowing, day)


@pytest.mark.parametrize("narrowing", NARROWINGS, ids=str)
def test_every_figure_of_a_view_is_the_figure_itself(source, rows, narrowing):
    for both in clocks():
        view: View = source.view(both, narrowing)
        for each in CATALOGUE:
            told = view.result(each.name)
            itself = evaluate(each, narrowed(rows, each.subject, narrowing, both.as_at), both)
            assert told.equals(itself), (each.name, both)


@pytest.mark.parametrize("narrowing", NARROWINGS[:3], ids=str)
def test_every_breakdown_of_a_view_is_the_breakdown_itself(source, rows, narrowing):
    for both in clocks()[::3]:
        view = source.view(both, narrowing)
        for name in ("failures", "failure_rate", "share_completed"):
            subject = metric(name).subject
            for each in dimensions_of(subject):
                told = view.result(name, by=[each.name])
                itself = evaluate(
                    metric(name), narrowed(rows, subject, narrowing, both.as_at), both, by=[each]
                )
                # The headline parts are told whole: none of one is news.
                itself = every_part(itself) if each is PART else itself
                assert told.equals(itself), (name, each.name, both)


@pytest.mark.parametrize("then", [True, False])
@pytest.mark.parametrize("narrowing", NARROWINGS[:3], ids=str)
def test_every_course_of_a_view_is_the_course_itself(source, rows, narrowing, then):
    both = Clocks(dt.date(2024, 2, 14), dt.date(2024, 3, 20))
    view = source.view(both, narrowing)
    for step in (1, 7):
        days = [both.as_at - dt.timedelta(days=step * back) for back in range(19, -1, -1)]
        for each in CATALOGUE:
            if isinstance(each, Metric):
                told = view.course(each.name, days, then=then)
                known_at = None if then else both.known_at
                itself = course(
                    each, narrowed(rows, each.subject, narrowing, both.as_at), days, known_at=known_at
                )
                assert told.equals(itself), (each.name, step)


@pytest.mark.parametrize("narrowing", NARROWINGS[:3], ids=str)
def test_the_rows_behind_are_those_the_figure_counts(source, rows, narrowing):
    both = Clocks(dt.date(2024, 1, 11), LAST)
    view = source.view(both, narrowing)
    for name in ("population", "backlog", "failures", "failure_rate", "referrals"):
        subject = metric(name).subject
        itself = behind(metric(name), narrowed(rows, subject, narrowing, both.as_at), both).collect()
        told = view.behind(name)
        assert told.height == itself.height == view.figure(name).numerator
        assert set(told[told.columns[0]]) == set(itself[told.columns[0]])
        if subject in dimension("grade").subjects:
            grades = itself.select(dimension("grade").value(both.as_at)).to_series()
            assert sorted(told["grade"].cast(str).fill_null("")) == sorted(grades.cast(str).fill_null(""))


def test_a_view_narrowed_to_many_long_values_has_a_scope_that_the_record_takes(source):
    values = tuple(f"{number} {'x' * 70}" for number in range(40))
    narrowed = dict.fromkeys(("area", "route", "grade", "year", "category"), values)
    scopes = {source.view(Clocks.then(LAST), narrowed | {"area": values[:-1]}).scope("failures")}
    scopes.add(source.view(Clocks.then(LAST), narrowed).scope("failures"))
    assert len(scopes) == 2
    assert all("40 values (" in scope and len(scope) < 600 for scope in scopes)
