"""What a page is given is what the figure is, whatever is kept from one run to the next."""

import datetime as dt
import random

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE, metric
from metrics.catalogue.review import every_part
from metrics.dimensions import ONLY_OF_FAILURES, PART, dimension, dimensions_of, failed_by, narrow
from metrics.evaluate import behind, course, evaluate, evaluate_all
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
    {"type": ("service",), "team": ("team 1", "team 2")},
    {"harm": ("true",), "part": ("harm", "service"), "grade": ("high",)},
    {"reason": ("disclosed late", "record-keeping error"), "area": ("east",)},
]
EACH_KIND = NARROWINGS[:3] + NARROWINGS[4:5]


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    token = services_of(demonstration.folder).welcome("reader", (Role.CHIEF_OFFICER,), "test")
    return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")


@pytest.fixture(scope="module")
def rows(demonstration):
    tables = demonstration.snapshot().scan_all()
    return {
        subject: history.of(demonstration.terms)(tables).collect() for subject, history in HISTORIES.items()
    }


def clocks(*, more: bool = True) -> list[Clocks]:
    """Clocks of every kind; more: two of those that are drawn by chance."""
    each = 2 if more else 1
    chance = random.Random(7)
    days = [dt.date(2023, 9, 28) + dt.timedelta(days=chance.randrange(246)) for _ in range(4)]
    return [
        *(Clocks.then(day) for day in days[:each]),
        *(Clocks(day, LAST) for day in days[1 : 1 + each]),
        Clocks(days[0], days[3]),
        Clocks(days[3], days[0]),
        Clocks.then(LAST),
        Clocks(dt.date(2015, 4, 1), LAST),
    ]


def narrowed(rows, subject, narrowing, day):
    history = rows[subject].lazy()
    if subject == "cases" and (chosen := {k: v for k, v in narrowing.items() if k in ONLY_OF_FAILURES}):
        history = failed_by(history, narrow(rows["failures"].lazy(), "failures", chosen, day))
    return narrow(history, subject, narrowing, day)


@pytest.mark.long
@pytest.mark.parametrize("more", [False, pytest.param(True, marks=pytest.mark.soak)])
@pytest.mark.parametrize("narrowing", NARROWINGS, ids=str)
def test_every_figure_of_a_view_is_the_figure_itself(source, rows, narrowing, more):
    for both in clocks(more=more):
        view: View = source.view(both, narrowing)
        for subject in HISTORIES:
            asked = [each for each in CATALOGUE if each.subject == subject]
            themselves = evaluate_all(asked, narrowed(rows, subject, narrowing, both.as_at), both)
            for name, itself in themselves.items():
                assert view.result(name).equals(itself), (name, both)


@pytest.mark.parametrize("narrowing", EACH_KIND, ids=str)
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


@pytest.mark.long
@pytest.mark.parametrize("then", [True, False])
@pytest.mark.parametrize("narrowing", EACH_KIND, ids=str)
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


@pytest.mark.parametrize("narrowing", EACH_KIND, ids=str)
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


RATES = {
    "failure_rate": ["received_on", "assessed_on"],
    "failure_rate_reviewed": ["received_on", "sent_on", "completed_on"],
}
WANTED = {
    "type": ("service", pl.col("type") == "service"),
    "harm": ("true", pl.col("harm")),
    "part": ("service", ~pl.col("harm") & (pl.col("type") == "service")),
    "reason": ("disclosed late", pl.col("reason") == "disclosed late"),
}


@pytest.mark.parametrize("name", WANTED)
def test_a_figure_narrowed_by_its_failures_is_counted_from_the_tables(source, demonstration, name):
    tables, (value, wanted) = demonstration.snapshot().scan_all(), WANTED[name]
    for both in clocks():
        seen = {
            table: tables[table].filter(
                pl.col("recorded_from") <= both.known_at, pl.col("recorded_to") > both.known_at
            )
            for table in ("applications", "risk_assessments", "reviews", "failures")
        }
        case = ["application_ref"]
        graded = (
            seen["risk_assessments"]
            .group_by(case)
            .agg(pl.col("assessed_on").min(), sent_on=pl.col("assessed_on").filter("sent_on").min())
        )
        done = seen["reviews"].filter(kind="first").group_by(case).agg(pl.col("completed_on").min())
        cases = seen["applications"].filter("in_scope").join(graded, on=case, how="left")
        cases = cases.join(done, on=case, how="left").collect()
        scoped = seen["failures"].filter("in_scope", pl.col("found_on") <= both.as_at)
        found = scoped.filter(wanted).collect().join(cases, on=case, how="semi")
        view = source.view(both, {name: (value,)})
        assert view.figure("failures").numerator == found.height
        assert view.figure("failures_with_harm").numerator == found["harm"].sum()
        for rate, days in RATES.items():
            reached = cases.filter(*(pl.col(day) <= both.as_at for day in days))
            counted = reached.join(found, on=case, how="semi").height
            figure = view.figure(rate)
            assert (figure.numerator, figure.denominator) == (counted, reached.height), both
            by_area = view.result(rate, by=["area"])
            assert by_area["numerator"].sum() == counted
            assert by_area["denominator"].sum() == reached.height
            assert (
                view.course(rate, [both.as_at], then=False)["numerator"].item() == counted
                or both.as_at > both.known_at
            )
            assert view.behind(rate).height == counted


def test_a_figure_narrowed_by_team_is_counted_from_the_tables(source, demonstration):
    for both in clocks():
        at = [pl.col("recorded_from") <= both.known_at, pl.col("recorded_to") > both.known_at]
        reviews = demonstration.snapshot().scan("reviews").filter(*at, team="team 1").collect()
        done = reviews.filter(pl.col("completed_on") <= both.as_at).height
        view = source.view(both, {"team": ("team 1",)})
        assert view.figure("reviews_done").numerator == done
        assert view.figure("population").numerator == source.view(both, {}).figure("population").numerator


def test_a_bridge_narrowed_by_failures_leads_from_one_rate_to_the_other(source):
    view = source.view(Clocks(dt.date(2024, 5, 22), LAST), {"type": ("service",)}, dt.date(2024, 1, 11))
    for name in ("failures", "failure_rate", "failure_rate_reviewed"):
        bridge = view.bridge(name)
        assert (bridge.opening, bridge.closing) == (
            view.figure(name, view.before).numerator,
            view.figure(name).numerator,
        )
        assert bridge.closing > bridge.opening > 0


def test_a_view_is_of_the_whole_review_for_what_its_filters_do_not_narrow(source):
    view = source.view(Clocks.then(LAST), {"type": ("service",)})
    whole = {each.name for each in CATALOGUE if view.whole(view.metric(each.name))}
    assert not whole & {"failures", "failure_rate", "failure_rate_reviewed", "failures_referred"}
    assert {"population", "backlog", "share_completed", "referrals", "headcount"} <= whole
    assert view.whole("cases")
    assert not view.whole("failures")
    plain = source.view(Clocks.then(LAST), {})
    assert not any(plain.whole(plain.metric(each.name)) for each in CATALOGUE)


def test_a_filter_that_does_not_narrow_a_figure_costs_no_computation_of_it(source):
    both = Clocks.then(LAST)
    source.view(both, {"area": ("east",)}).figure("population")
    misses = cache.usage().misses
    source.view(both, {"area": ("east",), "type": ("service",), "team": ("team 1",)}).figure("population")
    assert cache.usage().misses == misses


def test_a_view_narrowed_to_many_long_values_has_a_scope_that_the_record_takes(source):
    values = tuple(f"{number} {'x' * 70}" for number in range(40))
    narrowed = dict.fromkeys(("area", "route", "grade", "year", "category"), values)
    scopes = {source.view(Clocks.then(LAST), narrowed | {"area": values[:-1]}).scope("failures")}
    scopes.add(source.view(Clocks.then(LAST), narrowed).scope("failures"))
    assert len(scopes) == 2
    assert all("40 values (" in scope and len(scope) < 600 for scope in scopes)
