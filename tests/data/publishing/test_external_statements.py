"""Statements made elsewhere: as they were published, entered by one person and confirmed by another."""

import datetime as dt

import pytest

from data.demo import EXAMPLE
from data.errors import UserError
from data.publishing.release import Person
from data.publishing.states import State, Step
from data.releases import Releases, read_statements
from data.terms import read_terms
from tests.data.publishing.world import BEN, REASON, SPOKEN, TYPIST, draft, elsewhere, opened, stated

MINIMAL = """
[[statements]]
title = "A statement"
published_at = 2024-01-11T10:00:00+00:00
where_from = "Press"
as_at = 2024-01-11

[[statements.numbers]]
figure = "failures"
title = "Failures found"
counts = "failures"
unit = "failures"
number = 25
"""


def test_the_four_statements_of_the_demonstration_say_what_was_published():
    read = read_statements(EXAMPLE / "statements.toml", read_terms(EXAMPLE / "terms.toml"))
    assert [published_at for _, published_at in read] == [
        dt.datetime(2023, 10, 26, 9, tzinfo=dt.UTC),
        dt.datetime(2023, 11, 30, 10, tzinfo=dt.UTC),
        dt.datetime(2024, 1, 11, 10, tzinfo=dt.UTC),
        dt.datetime(2024, 5, 22, 9, tzinfo=dt.UTC),
    ]
    said = [
        {
            figure.figure: figure.whole.shown if not figure.by else [cell.number for cell in figure.cells]
            for figure in statement.figures
            if not figure.by
        }
        for statement, _ in read
    ]
    assert said == [
        {"population": "more than 3,500", "referrals": "1"},
        {"population": "3,582", "referrals": "4", "headcount": "36"},
        {
            "population": "3,582",
            "risk_assessed": "3,582",
            "failures": "25",
            "failures_with_harm": "2",
            "referrals": "4",
            "headcount": "about 45",
        },
        {
            "population": "3,778",
            "risk_assessed": "3,778",
            "failures": "33",
            "failures_with_harm": "2",
            "referrals": "5",
            "headcount": "about 45",
        },
    ]
    january, may = (statement.figure_of("failures", ("part",)) for statement, _ in read[2:])
    assert [cell.number for cell in january.cells] == [2, 11, 12]
    assert [cell.number for cell in may.cells] == [2, 14, 17]
    for statement, _ in read:
        assert (statement.origin, statement.demonstration) == ("elsewhere", True)
        assert {cell.treatment for figure in statement.figures for cell in figure.cells} == {"typed"}


def test_the_demonstration_has_entered_them(demonstration):
    found = Releases(demonstration.ledger, demonstration.record).all()[:4]
    assert [(each.name, each.origin) for each in found] == [
        (f"Release {number}", "elsewhere") for number in range(1, 5)
    ]
    for each in found:
        assert [(step.kind, step.who) for step in each.steps] == [
            ("entered", "demonstration press officer"),
            ("confirmed", "demonstration release approver"),
        ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('where_from = "Press"', "", "the setting 'where_from' is missing"),
        ("10:00:00+00:00", "10:00:00", "published_at"),
        ("number = 25", "number = -1", "numbers number 1.number"),
        ("number = 25", 'number = 25\nqualifier = "nearly"', "qualifier"),
        ("number = 25", 'number = 25\nby = ["part"]', "by, titles and where must name the same dimensions"),
        ("[[statements]]", "[[sayings]]", "statements"),
    ],
)
def test_a_statement_that_does_not_fit_is_refused_in_one_sentence(tmp_path, terms_file, old, new, said):
    path = tmp_path / "statements.toml"
    assert old in MINIMAL
    path.write_text(MINIMAL.replace(old, new, 1))
    with pytest.raises(UserError) as caught:
        read_statements(path, read_terms(terms_file))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_statements_are_read_in_the_order_of_their_publication(tmp_path, terms_file):
    path = tmp_path / "statements.toml"
    path.write_text(MINIMAL + MINIMAL.replace("2024-01-11T", "2023-01-11T").replace("25", "24"))
    found = read_statements(path, read_terms(terms_file))
    assert [statement.figures[0].whole.number for statement, _ in found] == [24, 25]
    assert {statement.review for statement, _ in found} == {"A review to test with"}


NOW = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def releases(tmp_path):
    found, _, ledger = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path, NOW)
    yield found
    ledger.engine.dispose()


def test_what_one_person_entered_is_not_public_and_nothing_is_held_against_it(releases):
    entered = releases.entered(TYPIST, elsewhere(), SPOKEN)
    assert entered.state(NOW) is State.IN_REVIEW
    assert not entered.public(NOW)
    assert (entered.published_at, entered.approved) == (None, None)
    assert (releases.approved_digests(), releases.ever_approved()) == ((), [])


def test_another_person_confirms_the_very_same_and_it_is_public_since_it_was_said(releases):
    entered = releases.entered(TYPIST, elsewhere(), SPOKEN)
    for same in ("di", "DI", "\N{FULLWIDTH LATIN CAPITAL LETTER D}i"):
        with pytest.raises(UserError, match="Whoever entered a statement cannot confirm it"):
            releases.step(entered.id, Step.CONFIRMED, Person(same, "release approver"), seen=1)
    found = releases.step(entered.id, Step.CONFIRMED, BEN, seen=1)
    assert found.public(NOW)
    assert (found.published_at, found.approved) == (SPOKEN, entered.frozen)
    assert releases.approved_digests() == (entered.frozen,)


def test_what_is_rejected_never_stands_and_a_correction_takes_its_place_again(releases):
    first = stated(releases)
    wrong = releases.entered(TYPIST, elsewhere("34"), SPOKEN, amends=first)
    assert releases.find(first).state(NOW) is State.PUBLISHED
    rejected = releases.step(wrong.id, Step.ABANDONED, BEN, reason=REASON, seen=1)
    assert rejected.state(NOW) is State.ABANDONED
    with pytest.raises(UserError, match="cannot be edited"):
        releases.step(wrong.id, Step.EDITED, TYPIST, draft=draft(), seen=2)
    again = releases.entered(TYPIST, elsewhere("34"), SPOKEN, amends=first)
    assert (again.id, again.version, again.seen) == (wrong.id, 2, 3)
    releases.step(again.id, Step.CONFIRMED, BEN, seen=3)
    assert releases.find(first).state(NOW) is State.AMENDED
    assert [each.published.figures[0].whole.shown for each in releases.ever_approved()] == ["33", "34"]


def test_a_statement_speaks_of_no_day_after_the_one_on_which_it_was_published(releases):
    late = elsewhere(as_at=dt.date(2024, 6, 1), known_at=dt.date(2024, 6, 1))
    with pytest.raises(
        UserError, match="published, 31 May 2024, or of one before: it cannot be as at 1 June 2024"
    ):
        releases.entered(TYPIST, late, SPOKEN)
    # By the clocks of the review, it is the first of June already.
    assert releases.entered(TYPIST, late, dt.datetime(2024, 5, 31, 23, 30, tzinfo=dt.UTC)).seen == 1


def test_the_very_same_statement_may_be_entered_again_once_it_was_rejected(releases):
    entered = releases.entered(TYPIST, elsewhere(), SPOKEN)
    with pytest.raises(UserError, match="entered already"):
        releases.entered(BEN, elsewhere(), SPOKEN)
    releases.step(entered.id, Step.ABANDONED, BEN, reason=REASON, seen=1)
    assert releases.entered(TYPIST, elsewhere(), SPOKEN).number == 2
