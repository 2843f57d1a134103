"""The examples that the check was built on; what it is measured by is kept apart, in labelled.toml."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UserError
from metrics.statement.checker import LONGEST, check
from metrics.statement.published import Checked, Mark
from tests.metrics.statement.published import FOUNDING, PROTECTED, VOCABULARY

DAY = dt.date(2024, 5, 23)


def checked(text: str, day: dt.date = DAY, releases=FOUNDING) -> Checked:
    return check(text, day, releases, VOCABULARY)


def marks(text: str, day: dt.date = DAY, releases=FOUNDING) -> list[tuple[str, str]]:
    return [(each.text, str(each.mark)) for each in checked(text, day, releases).claims]


EXAMPLES = [
    ("The force has found 33 failures.", [("33", "matches")]),
    ("We have identified 31 failures.", [("31", "differs")]),
    ("Altogether 3,778 applications have been triaged.", [("3,778", "matches")]),
    ("Since October 3,778 applications have been triaged.", [("3,778", "matches")]),
    (
        "In January we said that 25 failures, two of them with harm, had been found.",
        [("25", "matches"), ("two", "matches")],
    ),
    ("In January we said that 33 failures had been found.", [("33", "differs")]),
    ("Eleven of the failures were administrative.", [("Eleven", "another day")]),
    (
        "In January we had found 25 failures. Eleven were administrative and 12 were service failures.",
        [("25", "matches"), ("Eleven", "matches"), ("12", "matches")],
    ),
    (
        "The review began in October 2023 and found 33 failures.",
        [("October 2023", "not a figure"), ("33", "matches")],
    ),
    ("33 failures have been found since the review started last October.", [("33", "matches")]),
    ("It was the 33rd failure.", [("33rd", "matches")]),
    ("It was the fortieth failure.", [("fortieth", "differs")]),
    ("Nearly 3,800 requests under Clare's Law have been reviewed.", [("3,800", "matches")]),
    ("Referrals rose from four to five.", [("four", "matches"), ("five", "matches")]),
    ("Referrals rose from three to five.", [("three", "differs"), ("five", "matches")]),
    ("A further eight failures were identified.", [("eight", "matches")]),
    ("There were seven further failures.", [("seven", "differs")]),
    ("There were 196 more applications than in January.", [("196", "matches")]),
    ("The population grew by 196 applications.", [("196", "matches")]),
    ("The failures found fell by eight.", [("eight", "differs")]),
    ("1% of applications had failures.", [("1%", "matches")]),
    ("2% of applications had failures.", [("2%", "differs")]),
    ("6.1% of the failures involved harm.", [("6.1%", "matches")]),
    ("45 staff work in the review team.", [("45", "matches")]),
    ("36 staff work in the review team.", [("36", "another day")]),
    (
        "Our two referrals about the same person were made in 2019.",
        [("two", "cannot tell"), ("2019", "not a figure")],
    ),
    ("Three people could not be reached.", [("Three", "small")]),
    (
        "The review cost £1.2m, and 25 new detectives joined on 1 May.",
        [("1.2m", "not a figure"), ("25", "not a figure"), ("1 May", "not a figure")],
    ),
    ("3,778 women were let down.", [("3,778", "differs")]),
    (
        "Someone was harmed in two of the failures, 14 were administrative and 18 service.",
        [("two", "matches"), ("14", "matches"), ("18", "differs")],
    ),
    (
        "Contact us on 0800 555 111 or at help@example.org by 5pm.",
        [("0800", "not a figure"), ("555", "not a figure"), ("111", "not a figure"), ("5pm", "not a figure")],
    ),
    ("1. The review found 33 failures.", [("1", "not a figure"), ("33", "matches")]),
    ("Release 4 has 33 failures.", [("4", "not a figure"), ("33", "matches")]),
    ("We have made five referrals, an increase from the original one.", [("five", "matches")]),
    ("Nobody was harmed in the failures.", [("Nobody", "differs")]),
    ("There were no referrals.", [("no", "differs")]),
    ("Between 30 and 40 failures were found.", [("30 and 40", "matches")]),
    ("Last October we announced a review of about 3,500 applications.", [("3,500", "matches")]),
    ("Last October we announced a review of 3,582 applications.", [("3,582", "differs")]),
    (
        "By 1 December there had been four referrals to the IOPC.",
        [("1 December", "not a figure"), ("four", "matches")],
    ),
    (
        "On 30 November 2023 the force said 36 staff were in the review team.",
        [("30 November 2023", "not a figure"), ("36", "matches")],
    ),
    ("About one in 100 applications had a failure.", [("one in 100", "matches")]),
    ("33 of the 3,778 applications had a failure.", [("33", "cannot tell"), ("3,778", "matches")]),
    ("The number of referrals has more than doubled since January.", [("doubled", "differs")]),
    (
        "The review is done. It found thirty-three failings, seventeen of them service failures.",
        [("thirty-three", "matches"), ("seventeen", "matches")],
    ),
    (
        "Only 33 failures were found among three thousand seven hundred and seventy-eight applications.",
        [("33", "matches"), ("three thousand seven hundred and seventy-eight", "matches")],
    ),
    ("The number of referrals to the IOPC now stands at five.", [("five", "matches")]),
    ("The number of referrals to the IOPC now stands at four.", [("four", "another day")]),
    ("The number of failures now stands at 35.", [("35", "differs")]),
    ("The total number of applications reviewed was 3,778.", [("3,778", "matches")]),
    ("The total number of applications reviewed was 3,878.", [("3,878", "differs")]),
    ("Applications reviewed: 3,778.", [("3,778", "matches")]),
    (
        "Failures: 33 (two with harm, 14 administrative, 17 service).",
        [("33", "matches"), ("two", "matches"), ("14", "matches"), ("17", "matches")],
    ),
    (
        "Failures: 33 (three with harm, 14 administrative, 17 service).",
        [("33", "matches"), ("three", "differs"), ("14", "matches"), ("17", "matches")],
    ),
    ("Some of the 33 failures were serious.", [("33", "matches")]),
    ("A total of 33 failures has been identified by the review team.", [("33", "matches")]),
    ("We identified 14 administrative and 17 service failures.", [("14", "matches"), ("17", "matches")]),
    ("We identified 17 administrative and 14 service failures.", [("17", "differs"), ("14", "differs")]),
    ("Two cases involved harm.", [("Two", "cannot tell")]),
    ("In two of the cases someone was harmed.", [("two", "cannot tell")]),
    ("Harm was caused in two instances.", [("two", "cannot tell")]),
    ("All 3,778 were looked at by trained officers.", [("3,778", "cannot tell")]),
    ("As at 22 May, 33 failures had been found.", [("22 May", "not a figure"), ("33", "matches")]),
    ("As of January, 25 failures had been found.", [("25", "matches")]),
    ("By January 33 failures had been found.", [("33", "differs")]),
    ("We said in November that 36 staff were working on the review.", [("36", "matches")]),
    ("We said in November that 45 staff were working on the review.", [("45", "differs")]),
    (
        "In our update in January 2024 we reported 12 service failures, 11 administrative failures and two with harm.",
        [("January 2024", "not a figure"), ("12", "matches"), ("11", "matches"), ("two", "matches")],
    ),
    (
        "In our update in January 2024 we reported 17 service failures.",
        [("January 2024", "not a figure"), ("17", "differs")],
    ),
    ("The review's population went from 3,582 to 3,778.", [("3,582", "matches"), ("3,778", "matches")]),
    ("The review's population went from 3,528 to 3,778.", [("3,528", "differs"), ("3,778", "matches")]),
    ("The increase of 196 is due to database checks.", [("196", "cannot tell")]),
    ("A further 196 applications were added after database checks.", [("196", "matches")]),
    ("A further 169 applications were added after database checks.", [("169", "differs")]),
    ("The review identified 33 failures, up from 25 in January.", [("33", "matches"), ("25", "matches")]),
    ("The review identified 33 failures, up from 24 in January.", [("33", "matches"), ("24", "differs")]),
    (
        "The review identified 33 failures compared with 25 previously.",
        [("33", "matches"), ("25", "matches")],
    ),
    ("There were 33 failures, eight more than in January.", [("33", "matches"), ("eight", "matches")]),
    ("There were 33 failures, seven more than in January.", [("33", "matches"), ("seven", "differs")]),
    ("There is one more referral than there was in January.", [("one", "matches")]),
    ("Fewer than one in 100 applications contained a failure.", [("one in 100", "matches")]),
    ("Fewer than one in 200 applications contained a failure.", [("one in 200", "differs")]),
    ("99% of applications had no failure.", [("99%", "cannot tell")]),
    ("The failure rate was 0.87 per cent.", [("0.87 per cent", "matches")]),
    ("The failure rate was 0.9%.", [("0.9%", "matches")]),
    ("The failure rate was 9%.", [("9%", "differs")]),
    ("42 per cent of the failures were administrative.", [("42 per cent", "matches")]),
    ("52 per cent of the failures were administrative.", [("52 per cent", "differs")]),
    ("Over half of the failures were service failures.", [("half", "matches")]),
    ("Most of the failures were service failures.", [("Most", "cannot tell")]),
    ("Over a third of failures were administrative.", [("a third", "matches")]),
    ("Five people have been referred to the IOPC.", [("Five", "cannot tell")]),
    ("We have written to 12 people.", [("12", "cannot tell")]),
    ("The IOPC was sent five referrals by the force.", [("five", "matches")]),
    ("IOPC investigators are looking at five referrals from Wiltshire Police.", [("five", "matches")]),
    ("She has been Chief Constable for two years.", [("two", "not a figure")]),
    ("The force serves 700,000 people.", [("700,000", "cannot tell")]),
    ("It has 1,100 officers.", [("1,100", "not a figure")]),
    (
        "Operation Onyx looked at 1,633 cases about 1,071 people.",
        [("1,633", "cannot tell"), ("1,071", "cannot tell")],
    ),
    ("The update on 11 January said 25.", [("11 January", "not a figure"), ("25", "cannot tell")]),
    ("Both failures with harm were referred.", []),
    ("Neither referral is closed.", []),
    (
        "Twenty-five failures had been found by January; the figure is now 33.",
        [("Twenty-five", "matches"), ("33", "matches")],
    ),
    (
        "Twenty-five failures had been found by January; the figure is now 34.",
        [("Twenty-five", "matches"), ("34", "differs")],
    ),
    (
        "Police reviewed 3,778 applications and found 33 failures in them.",
        [("3,778", "matches"), ("33", "matches")],
    ),
    (
        "Police reviewed 3,778 applications; in 33 there were failures.",
        [("3,778", "matches"), ("33", "cannot tell")],
    ),
    ("In 33 applications there were failures.", [("33", "cannot tell")]),
    ("The team was made up of about 45 people at its height.", [("45", "matches")]),
    ("The team was made up of around 25 people at its height.", [("25", "differs")]),
    ("Around 45 people were harmed.", [("45", "not published")]),
    ("3,778 failures were found in 33 applications.", [("3,778", "differs"), ("33", "differs")]),
    (
        "Seventeen of the 33 failures were service failures and 14 were administrative.",
        [("Seventeen", "matches"), ("33", "matches"), ("14", "matches")],
    ),
    ("Thirteen of the 33 failures were administrative.", [("Thirteen", "differs"), ("33", "matches")]),
    ("Just two of the 3,778 applications led to harm.", [("two", "cannot tell"), ("3,778", "matches")]),
    (
        "It took 45 staff seven months to review 3,778 applications.",
        [("45", "matches"), ("seven", "not a figure"), ("3,778", "matches")],
    ),
    (
        "In the last six months we have made four referrals to the IOPC.",
        [("six", "not a figure"), ("four", "another day")],
    ),
    ("None of the 33 failures was deliberate.", [("None", "cannot tell"), ("33", "matches")]),
    ("Ten of the failures were in one district.", [("Ten", "cannot tell")]),
    ("The number of administrative failures rose from 11 to 14.", [("11", "matches"), ("14", "matches")]),
    (
        "In January we had 25 failures, and seven more since then make 33.",
        [("25", "matches"), ("seven", "cannot tell"), ("33", "matches")],
    ),
    ("It received 15 applications in March.", [("15", "cannot tell")]),
    ("The number of failures found in April was six.", [("six", "cannot tell")]),
    ("In its January statement the force put the number of applications at 3,778.", [("3,778", "differs")]),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_a_sentence_is_marked(text, expected):
    assert marks(text) == expected


def test_a_restated_january_names_both_figures_and_both_releases():
    (claim,) = checked("In January we confirmed that each of the 3,778 applications had been triaged.").claims
    assert claim.mark is Mark.DIFFERS
    assert claim.sentence == (
        "Release 3 of 11 January 2024 said that 3,582 applications had been risk assessed; "
        "3,778 was first said in Release 4 of 22 May 2024."
    )
    assert claim.releases == ("Release 3", "Release 4")
    assert claim.instead == "As published on 11 January 2024, 3,582 applications had been risk assessed."


def test_the_same_sentence_is_judged_by_the_day_on_which_it_is_said():
    sentence = "The review has found 25 failures."
    assert marks(sentence, dt.date(2024, 2, 1)) == [("25", "matches")]
    assert marks(sentence, DAY) == [("25", "another day")]
    assert marks(sentence, dt.date(2023, 12, 1)) == [("25", "not published")]


def test_a_release_is_known_from_its_own_day_and_not_before():
    assert marks("We have made five referrals.", dt.date(2024, 5, 22)) == [("five", "matches")]
    assert marks("We have made five referrals.", dt.date(2024, 5, 21)) == [("five", "differs")]


def test_what_was_rounded_or_suppressed_is_not_to_be_given_exactly():
    assert marks("There were 35 failures.", releases=PROTECTED) == [("35", "matches")]
    assert marks("There were 34 failures.", releases=PROTECTED) == [("34", "not published")]
    assert marks("There were 38 failures.", releases=PROTECTED) == [("38", "differs")]
    assert marks("Two of the failures involved harm.", releases=PROTECTED) == [("Two", "small")]
    assert marks("Nine of the failures involved harm.", releases=PROTECTED) == [("Nine", "differs")]


def test_parts_that_do_not_add_up_are_told_beside_the_total():
    found = checked(
        "Of the 33 failures, two were with harm, 13 were administrative and 17 were service failures."
    )
    assert [(each.text, each.mark, each.sentence) for each in found.cross_checks] == [
        ("33", Mark.SUM, "The parts do not add up to it: 2 + 13 + 17 = 32.")
    ]
    right = checked(
        "Of the 33 failures, two were with harm, 14 were administrative and 17 were service failures."
    )
    assert right.cross_checks == ()


def test_an_opening_a_change_and_a_closing_that_disagree_are_told():
    found = checked(
        "In January there were 25 failures. Seven more have been found since, which makes 33 failures."
    )
    assert [(each.text, each.sentence) for each in found.cross_checks] == [
        ("33", "25 and 7 more are 32, not 33.")
    ]


def test_a_negation_of_another_clause_does_not_save_a_definition_turned_round():
    found = checked(
        "Police should have told somebody and did not, or adequate research was done."
    ).cross_checks
    assert [each.text for each in found] == ["adequate research"]


def test_a_definition_turned_round_is_told():
    found = checked("Service failures include cases in which adequate research was done.").cross_checks
    assert [(each.text, each.mark, each.instead) for each in found] == [
        ("adequate research", Mark.OPPOSITE, "inadequate research")
    ]
    assert checked("No adequate research was done.").cross_checks == ()
    assert checked("Police should not have disclosed, and did.").cross_checks[0].mark is Mark.OPPOSITE


def test_staff_moved_out_of_the_team_are_told():
    found = checked("About 45 officers were redeployed from the review team.").cross_checks
    assert [(each.text, each.mark) for each in found] == [("redeployed from the review team", Mark.OPPOSITE)]
    assert (
        checked("About 45 officers were moved from response teams into the review team.").cross_checks == ()
    )


def test_a_curly_apostrophe_and_a_long_dash_move_no_mark():
    text = (
        "The force\N{RIGHT SINGLE QUOTATION MARK}s review \N{EN DASH} now over \N{EN DASH} found 33 failures."
    )
    (claim,) = checked(text).claims
    assert text[claim.start : claim.end] == "33"
    assert claim.mark is Mark.MATCHES


def test_a_line_that_was_wrapped_is_one_sentence():
    wrapped = "In January, after a long and careful look at each of them, the force said that\nit had risk assessed 3,778 applications."
    assert marks(wrapped) == [("3,778", "differs")]


def test_nothing_to_hold_a_draft_against_is_said_and_never_fine():
    with pytest.raises(UserError, match="nothing to hold a draft against"):
        checked("We have found 33 failures.", dt.date(2023, 1, 1))


def test_a_draft_longer_than_any_statement_is_refused():
    with pytest.raises(UserError, match="paste the statement alone"):
        checked("a" * (LONGEST + 1))


HOSTILE = ["1" * 100_000, "a." * 50_000, "1 " * 50_000, "million " * 12_500, "one " * 25_000, "1,111" * 20_000,
           "33 failures, " * 7_700, "(" * 100_000, "a@" * 50_000, "In January 2024 " * 6_250, "\n" * 100_000]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("letters", [2_000, pytest.param(8_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_hostile_text_is_read_to_its_end_or_refused(text, letters):
    short = text[:letters]
    with contextlib.suppress(UserError):
        claims = checked(short).claims
        covered = {place for each in claims for place in range(each.start, each.end)}
        assert covered >= {place for place, letter in enumerate(short) if letter.isdecimal()}


@pytest.mark.soak
@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_the_longest_hostile_text_ends_too(text):
    with contextlib.suppress(UserError):
        assert checked(text).draft == text


PIECES = st.sampled_from(
    ["33", "3,778", "failures", "in January", "two", "%", "0.9", " per cent", "more than", "\N{EN DASH}", "of the",
     "applications", ".", ",", "\n", "one in ten", "2024", "11/01/2024", "first", "eight more", "(", ")", "\N{SUPERSCRIPT TWO}",
     "\N{ARABIC-INDIC DIGIT THREE}", "R-2023-1", "\N{POUND SIGN}5m", "people", "harmed"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=6), max_size=25).map(" ".join))
def test_every_digit_has_one_mark_and_every_mark_its_own_words(text):
    claims = checked(text).claims
    places = [place for each in claims for place in range(each.start, each.end)]
    assert len(places) == len(set(places))
    assert set(places) >= {place for place, letter in enumerate(text) if letter.isdecimal()}
    assert [each.start for each in claims] == sorted(each.start for each in claims)
    assert all(text[each.start : each.end] == each.text and each.sentence for each in claims)
