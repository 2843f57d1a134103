"""The first sentence of each page and the titles of its charts, of one, of none and of many."""

from types import SimpleNamespace

import pytest

from access.roles import Role
from access.services import services_of
from data.terms import USUAL_WORDS, Case
from metrics.as_at import Clocks
from service.sentences import status
from service.sentences.status import fan_title, growth_title, overview, quiet_title, rate_title
from service.view import open_source
from tests.metrics.world import D


@pytest.fixture
def source(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    token = services_of(demonstration.folder).welcome("reader", (Role.ANALYST,), "test")
    return open_source(services_of(demonstration.folder).visit(token), "OFFICIAL-SENSITIVE")


def january(source):
    return source.view(Clocks(D(2024, 1, 11), source.last_day), {})


def test_a_late_finish_that_is_likelier_puts_the_review_at_risk(source):
    words, attention = overview(january(source))
    assert words == "At risk: 25% chance of finishing by 31 May. Even chance by 14 June."
    assert attention
    assert fan_title(january(source)) == "A late finish is likelier"


def test_a_finish_that_is_likely_in_time_is_on_course(source):
    view = source.view(Clocks.then(D(2024, 3, 28)), {})
    words, attention = overview(view)
    assert words.startswith("On course: ")
    assert not attention
    assert fan_title(view) == "A finish on time is likelier"


def test_a_finished_review_needs_nobody(source):
    words, attention = overview(source.view(Clocks(source.last_day, source.last_day), {}))
    assert words.startswith("The last detailed review was finished on ")
    assert not attention


def test_a_day_before_the_register_has_no_forecast(source):
    words, attention = overview(source.view(Clocks.then(D(2015, 6, 1)), {}))
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
    assert rate_title(USUAL_WORDS, share) == words


@pytest.mark.parametrize(
    ("quiet", "open_", "words"),
    [
        (0, 0, "No referral is open"),
        (0, 3, "Every open referral has had an event in 28 days"),
        (1, 1, "The one open referral is quiet"),
        (1, 4, "1 of 4 open referrals is quiet"),
        (4, 4, "All 4 open referrals are quiet"),
    ],
)
def test_quiet_referrals_are_counted_in_the_title(quiet, open_, words):
    assert quiet_title(USUAL_WORDS, quiet, open_) == words


def test_work_and_staff_are_compared_with_the_earlier_day(source):
    assert growth_title(january(source)) == "Work grew 33%, staff grew 12%"
    assert growth_title(source.view(Clocks.then(D(2023, 10, 1)), {})) == "Work waiting and staff"


class MadeUp:
    """A view with the numbers that a test gives, of a review with every table. whole: what it does not narrow."""

    def __init__(self, *whole, shares=(), **figures):
        self.figures, self.whole_subjects, self.shares = figures, whole, dict(shares)
        self.words, case = USUAL_WORDS, Case(one="application", many="applications")
        terms = SimpleNamespace(case=case, oversight_body="the oversight body")
        self.source = SimpleNamespace(terms=terms, tables={"risk_assessments", "reviews"})

    def figure(self, name):
        denominator, value = self.shares.get(name, (None, None))
        return SimpleNamespace(numerator=self.figures.get(name, 0), denominator=denominator, value=value)

    def counts(self, *names):
        return [self.figures.get(name, 0) for name in names]

    def once(self, _name, make, *_of):
        return make()

    def whole(self, subject):
        return subject in self.whole_subjects

    def loaded(self, names):
        return list(names)


@pytest.mark.parametrize(
    ("population", "waiting", "sent", "left", "said"),
    [
        (
            3778, 0, 798, 361,
            ("All 3,778 applications have been risk assessed. 437 of 798 sent for detailed review have been "
            "reviewed."),
        ),
        (
            1, 0, 1, 1,
            ("The one application has been risk assessed. None of 1 sent for detailed review has been "
            "reviewed."),
        ),
        (
            1, 1, 0, 0,
            ("None of 1 application has been risk assessed; 1 is waiting. None has been sent for detailed "
            "review."),
        ),
        (
            2, 1, 1, 0,
            ("1 of 2 applications has been risk assessed; 1 is waiting. The one sent for detailed review has "
            "been reviewed."),
        ),
        (
            9, 2, 5, 1,
            ("7 of 9 applications have been risk assessed; 2 are waiting. 4 of 5 sent for detailed review "
            "have been reviewed."),
        ),
    ],
)  # fmt: skip
def test_one_is_spoken_of_as_one_and_many_as_many(population, waiting, sent, left, said):
    view = MadeUp(population=population, not_assessed=waiting, sent_on=sent, backlog=left)
    assert status.progress_sentence(view) == said


def test_a_sentence_about_what_is_not_narrowed_says_so():
    said = "Of 5 referrals to the Independent Office, all are open."
    assert status.in_the_whole(MadeUp(), "referrals", said) == said
    assert status.in_the_whole(MadeUp("referrals"), "referrals", said) == (
        "In the whole review, of 5 referrals to the Independent Office, all are open."
    )


@pytest.mark.parametrize(
    ("total", "open_", "quiet", "overdue", "words", "attention"),
    [
        (0, 0, 0, 0, "No matters have been referred to the oversight body.", False),
        (3, 0, 0, 0, "None of 3 referrals are open.", False),
        (3, 0, 0, 1, "None of 3 referrals are open. 1 answer is overdue.", True),
        (3, 1, 0, 0, "The one open referral has had an event in 28 days.", False),
        (3, 3, 0, 0, "All 3 open referrals have had an event in 28 days.", False),
        (3, 1, 1, 0, "The one open referral has had no event for 28 days.", True),
        (3, 3, 3, 2, "All 3 open referrals have had no event for 28 days. 2 answers are overdue.", True),
        (9, 4, 1, 0, "1 of 4 open referrals has had no event for 28 days.", True),
        (9, 4, 3, 0, "3 of 4 open referrals have had no event for 28 days.", True),
    ],
)
def test_referrals_that_are_quiet_or_answers_overdue_need_attention(  # noqa: PLR0917
    total, open_, quiet, overdue, words, attention
):
    view = MadeUp(
        referrals=total, open_referrals=open_, silent_referrals=quiet, recommendations_overdue=overdue
    )
    assert status.referrals(view) == (words, attention)
    assert len(words.split()) <= 20


def test_narrowed_by_what_referrals_lack_the_sentence_is_of_the_whole_review():
    view = MadeUp("referrals", referrals=2)
    assert status.referrals(view).words == "In the whole review, none of 2 referrals are open."


def test_the_title_of_statuses_says_how_many_have_ended():
    assert status.referrals_title(MadeUp(referrals=4, open_referrals=4)) == "None of 4 referrals have ended"
    assert status.referrals_title(MadeUp(referrals=4, open_referrals=3)) == "1 of 4 referrals has ended"


@pytest.mark.parametrize(
    ("reached", "needed", "waiting", "words"),
    [
        (83, 104, 15, "83 of 104 people reached; 15 wait."),
        (1, 2, 1, "1 of 2 people reached; 1 person waits."),
        (2, 2, 0, "2 of 2 people reached; nobody waits."),
        (0, 0, 0, "Nobody had been identified to contact by this day."),
    ],
)
def test_who_is_reached_and_who_waits_is_said_of_one_and_of_many(reached, needed, waiting, words):
    shares = {"share_reached": (needed, None)}
    view = MadeUp(people_to_contact=needed, share_reached=reached, people_waiting=waiting, shares=shares)
    assert status.contact(view).words == words


def test_a_contact_decision_is_overdue_or_none_is():
    assert status.look_again(MadeUp()) == "No contact decisions are overdue for review."
    one = MadeUp(people_to_look_at_again=1)
    assert status.look_again(one) == "1 contact decision is overdue for review."


def test_titles_say_none_in_words():
    assert status.waiting_title(0, None) == "Nobody waits to be reached"
    assert status.waiting_title(15, 14) == "15 people wait, the longest 14 days"
    assert status.waiting_title(1, 1) == "1 person waits, the longest 1 day"
    assert status.reached_title(MadeUp(shares={"share_reached": (0, None)})) == "Nobody needs to be reached"
    assert status.reached_title(MadeUp(shares={"share_reached": (1, None)})) == "0 of 1 person reached"
