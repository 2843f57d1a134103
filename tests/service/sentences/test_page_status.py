from types import SimpleNamespace

import pytest

from metrics.chance.bounds import bound
from service.sentences import page_status
from tests.service.sentences.test_page_answers import Made


class Seen(Made):
    """Figures made up, of a review that has every table."""

    def __init__(self, *whole, shares=(), **figures):
        super().__init__(*whole, **figures)
        self.shares = dict(shares)
        self.source.terms.oversight_body = "the oversight body"

    def figure(self, name):
        denominator, value = self.shares.get(name, (None, None))
        return SimpleNamespace(numerator=self.figures.get(name, 0), denominator=denominator, value=value)

    def loaded(self, names):
        return list(names)


@pytest.mark.parametrize(
    ("total", "open_", "quiet", "overdue", "words", "attention"),
    [
        (0, 0, 0, 0, "No matter has been referred to the oversight body.", False),
        (3, 0, 0, 0, "None of 3 referrals is open.", False),
        (3, 0, 0, 1, "None of 3 referrals is open. 1 answer is overdue.", True),
        (3, 1, 0, 0, "The one open referral has had an event in 28 days.", False),
        (3, 3, 0, 0, "Each of 3 open referrals has had an event in 28 days.", False),
        (3, 1, 1, 0, "The one open referral has had no event for 28 days.", True),
        (3, 3, 3, 2, "All 3 open referrals have had no event for 28 days. 2 answers are overdue.", True),
        (9, 4, 1, 0, "1 of 4 open referrals has had no event for 28 days.", True),
        (9, 4, 3, 0, "3 of 4 open referrals have had no event for 28 days.", True),
    ],
)
def test_referrals_that_are_quiet_or_answers_overdue_need_attention(  # noqa: PLR0917
    total, open_, quiet, overdue, words, attention
):
    view = Seen(
        referrals=total, open_referrals=open_, silent_referrals=quiet, recommendations_overdue=overdue
    )
    assert page_status.referrals(view) == (words, attention)
    assert len(words.split()) <= 20


def test_narrowed_by_what_referrals_lack_the_sentence_is_of_the_whole_review():
    view = Seen("referrals", referrals=2)
    assert page_status.referrals(view).words == "In the whole review, none of 2 referrals is open."


def test_the_title_of_statuses_says_how_many_have_ended():
    assert page_status.referrals_title(Seen(referrals=4, open_referrals=4)) == "No referral has ended"
    assert page_status.referrals_title(Seen(referrals=4, open_referrals=3)) == "1 of 4 referrals has ended"


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
    view = Seen(people_to_contact=needed, share_reached=reached, people_waiting=waiting, shares=shares)
    assert page_status.contact(view).words == words


def test_a_contact_decision_is_overdue_or_none_is():
    assert page_status.look_again(Seen()) == "No contact decision is overdue for review."
    one = Seen(people_to_look_at_again=1)
    assert page_status.look_again(one) == "1 contact decision is overdue for review."


@pytest.mark.parametrize(
    ("received", "waiting", "overdue", "share", "words", "attention"),
    [
        (0, 0, 0, None, "No enquiry had arrived by this day.", False),
        (3, 3, 0, None, "3 enquiries have arrived; 3 wait.", False),
        (400, 19, 0, 0.94, "94.0% answered within ten working days (target: all); 19 wait.", False),
        (400, 1, 1, 0.5, "50.0% answered within ten working days (target: all); 1 waits, 1 too long.", True),
        (4, 0, 0, 1.0, "100% answered within ten working days (target: all); none waits.", False),
    ],
)
def test_enquiries_are_told_against_the_target_and_need_attention_when_overdue(  # noqa: PLR0917
    received, waiting, overdue, share, words, attention
):
    shares = {"answered_in_time": (received, share)}
    view = Seen(enquiries=received, enquiries_open=waiting, enquiries_overdue=overdue, shares=shares)
    assert page_status.enquiries(view) == (words, attention)
    assert len(words.split()) <= 20


@pytest.mark.parametrize(
    ("sample", "title"),
    [
        (bound(0, 0, 50), "What a sample could rule out"),
        (bound(0, 300, 2954), "At most 27 missed"),
        (bound(2, 50, 50), "2 failures missed"),
        (bound(0, 50, 50), "None missed"),
    ],
)
def test_a_sample_is_titled_by_what_it_leaves_possible(sample, title):
    assert page_status.missed_title(sample) == title


def test_titles_say_none_in_words():
    assert page_status.overturned_title(0, 15) == "None of 15 outcomes overturned"
    assert page_status.overturned_title(2, 82) == "2 of 82 outcomes overturned"
    assert page_status.waiting_title(0, None) == "Nobody waits to be reached"
    assert page_status.waiting_title(15, 14) == "15 people wait, the longest 14 days"
    assert page_status.waiting_title(1, 1) == "1 person waits, the longest 1 day"
    assert page_status.reached_title(0, 0) == "Nobody needs to be reached"
    assert page_status.reached_title(0, 1) == "0 of 1 person reached"
