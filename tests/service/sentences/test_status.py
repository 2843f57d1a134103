"""The first sentence of the Overview and the titles of its charts."""

import pytest

from access.roles import Role
from access.services import services_of
from metrics.as_at import Clocks
from service import cache
from service.sentences.status import fan_title, growth_title, quiet_title, rate_title, status
from service.view import open_source
from tests.metrics.world import D


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    cache.clear()
    token = services_of(demonstration.folder).welcome("reader", (Role.ANALYST,), "test")
    return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")


def january(source):
    return source.view(Clocks(D(2024, 1, 11), source.last_day), {})


def test_a_late_finish_that_is_likelier_puts_the_review_at_risk(source):
    words, attention = status(january(source))
    assert words == "At risk: 25% chance of finishing by 31 May. Even chance by 14 June."
    assert attention
    assert fan_title(january(source)) == "A late finish is likelier"


def test_a_finish_that_is_likely_in_time_is_on_course(source):
    view = source.view(Clocks.then(D(2024, 3, 28)), {})
    words, attention = status(view)
    assert words.startswith("On course: ")
    assert not attention
    assert fan_title(view) == "A finish on time is likelier"


def test_a_finished_review_needs_nobody(source):
    words, attention = status(source.view(Clocks(source.last_day, source.last_day), {}))
    assert words.startswith("The last detailed review was finished on ")
    assert not attention


def test_a_day_before_the_register_has_no_forecast(source):
    words, attention = status(source.view(Clocks.then(D(2015, 6, 1)), {}))
    assert words == "No applications that fit were known by this day."
    assert not attention


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.098, "One review in 10 finds a failure"),
        (0.9, "Most detailed reviews find a failure"),
        (0.0, "Failure rate by month"),
        (None, "Failure rate by month"),
    ],
)
def test_a_rate_is_one_review_in_so_many(share, words):
    assert rate_title(share) == words


@pytest.mark.parametrize(
    ("quiet", "open_", "words"),
    [
        (0, 0, "No referral is open"),
        (0, 3, "Every open referral has had an event in 28 days"),
        (1, 1, "1 of 1 open referrals is quiet"),
        (1, 4, "1 of 4 open referrals is quiet"),
        (4, 4, "All 4 open referrals are quiet"),
    ],
)
def test_quiet_referrals_are_counted_in_the_title(quiet, open_, words):
    assert quiet_title(quiet, open_) == words


def test_work_and_staff_are_compared_with_the_earlier_day(source):
    assert growth_title(january(source)) == "Work grew 33%, staff grew 12%"
    assert growth_title(source.view(Clocks.then(D(2023, 10, 1)), {})) == "Work waiting and staff"
