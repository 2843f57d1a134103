import datetime as dt
import itertools

import pytest

from data.terms import SmallNumbers
from metrics.disclosure.control import CONTRADICTION, controlled, sentences
from metrics.disclosure.inference import Finding, Target
from metrics.disclosure.relations import Key, Moment
from tests.metrics.disclosure.releases import (
    FIRST,
    counted,
    elsewhere,
    frozen,
    override,
    past,
    shown,
    typed,
)

RULE = SmallNumbers()
LATER = FIRST + dt.timedelta(days=9)
EACH_ONE = counted(cells={(f"a{number}",): 1 for number in range(7)}, by=("area",))
HARM, FAILURES = counted("failures_with_harm", {(): 2}), counted("failures", {(): 33})
PARTS = {("harm",): 2, ("administrative",): 14, ("service",): 17}
BY_PART = counted("failures", PARTS, ("part",))


def january():
    """What was said in January 2024, and in May."""
    told = [typed("failures", 25), typed("failures_with_harm", 2)]
    parts = [("administrative", 11), ("service", 12)]
    return elsewhere(told + [typed("failures", n, by=("part",), where=(name,)) for name, n in parts])


def test_what_tells_nothing_is_told_by_the_rule_and_no_more_coarsely():
    result = controlled(frozen([HARM, FAILURES, BY_PART]), [], RULE)
    assert shown(result, "failures_with_harm") == {(): "*"}
    assert shown(result, "failures") == {(): "35"}
    assert shown(result, "failures", ("part",)) == {
        ("harm",): "*",
        ("administrative",): "15",
        ("service",): "15",
    }
    assert (result.coarsened, result.problems, result.flags) == ((), (), ())


def test_a_table_that_tells_too_much_is_told_more_coarsely_and_the_total_is_not():
    result = controlled(frozen([counted(cells={(): 7}), EACH_ONE]), [], RULE)
    assert shown(result) == {(): "*"}
    assert shown(result, by=("area",)) == {("other",): "*", ("a6",): "*"}
    assert result.coarsened == ("Disclosed by area: a0, a1, a2, a3, a4 and a5 combined as other.",)
    assert result.problems == ()


def test_figures_that_have_nothing_to_do_with_it_are_not_told_more_coarsely():
    result = controlled(frozen([counted(cells={(): 7}), EACH_ONE, BY_PART]), [], RULE)
    assert shown(result, "failures", ("part",))["service",] == "15"


def test_a_change_since_a_statement_made_before_candour_is_kept_unknown():
    before = elsewhere([typed("failures", 16)])
    result = controlled(frozen([counted("failures", {(): 17})], LATER), [before], RULE)
    assert shown(result, "failures") == {(): "20"}
    assert result.coarsened == ("Failures: rounded to the nearest 10.",)


def test_the_next_day_is_held_against_all_that_was_told_before():
    first = frozen([counted(cells={(): 7}), EACH_ONE])
    told = controlled(first, [], RULE)
    again = controlled(
        frozen([counted(cells={(): 7}), EACH_ONE], LATER, ledger=2), [past(first, told.figures)], RULE
    )
    assert again.problems == ()
    assert shown(again, by=("area",)) == shown(told, by=("area",))


def test_the_number_that_the_force_published_is_told_exactly_by_an_override():
    exact = [override("failures_with_harm"), override("failures"), override("referrals")]
    exact += [override("failures", ("part",), where) for where in list(PARTS)[1:]]
    held = frozen([HARM, FAILURES, BY_PART, counted("referrals", {(): 5})], LATER, overrides=exact)
    result = controlled(held, [january()], RULE)
    assert (result.coarsened, result.problems) == ((), ())
    assert shown(result, "failures", ("part",)) == {(where): str(n) for where, n in PARTS.items()}
    assert shown(result, "failures_with_harm") == {(): "2"}


def test_the_same_number_in_a_table_is_told_exactly_as_well():
    held = frozen([HARM, FAILURES, BY_PART], overrides=[override("failures_with_harm")])
    told = controlled(held, [], RULE)
    assert shown(told, "failures", ("part",)) == {
        ("harm",): "2",
        ("administrative",): "15",
        ("service",): "15",
    }
    other = controlled(held.model_copy(update={"precedence": ("service", "harm")}), [], RULE)
    assert shown(other, "failures", ("part",))["harm",] == "2"  # it is the same number, whatever comes first
    unlike = frozen([counted("failures_with_harm", {(): 3}), FAILURES, BY_PART], overrides=held.overrides)
    assert shown(controlled(unlike, [], RULE), "failures", ("part",))["harm",] == "*"


def test_an_override_that_gives_another_number_away_is_for_a_person():
    table = counted(cells={("n",): 1, ("s",): 0}, by=("area",))
    held = frozen([counted(cells={(): 1}), table], overrides=[override("disclosed", ("area",), ("n",))])
    result = controlled(held, [], RULE)
    assert result.problems == ("Disclosed on 11 Jan 2024 could be concluded to be exactly 1.",)


def test_what_could_be_concluded_before_is_not_held_against_a_new_release():
    first = frozen([counted(cells={(): 7}), EACH_ONE])
    leaky = controlled(first, [], SmallNumbers(threshold=0, base=1)).figures
    result = controlled(frozen([counted("referrals", {(): 5})], LATER, ledger=2), [past(first, leaky)], RULE)
    assert (shown(result, "referrals"), result.problems) == ({(): "*"}, ())


def test_a_day_between_two_on_which_a_number_was_said_to_be_the_same_tells_nothing_new():
    before = [
        elsewhere([typed("failures_with_harm", 2)], day) for day in (FIRST, FIRST + dt.timedelta(days=18))
    ]
    result = controlled(frozen([HARM], LATER), before, RULE)
    # It is public exactly, and is told again as it was.
    assert (shown(result, "failures_with_harm"), result.problems) == ({(): "2"}, ())


def test_what_is_not_decided_within_the_work_allowed_is_blocked():
    result = controlled(frozen([counted(cells={(): 7}), EACH_ONE]), [], RULE, work=0)
    assert len(result.problems) == 8
    assert result.problems[0].endswith(
        "whether it could be concluded was not decided within the limit of the audit."
    )


def test_what_was_published_and_contradicts_itself_is_for_a_person():
    table = counted(cells={("n",): 3}, by=("area",))
    first = frozen([counted(cells={(): 3}), table])
    wrong = controlled(frozen([counted(cells={(): 30}), table]), [], RULE).figures
    result = controlled(frozen([counted(cells={(): 4})], LATER, ledger=2), [past(first, wrong)], RULE)
    assert result.problems == (CONTRADICTION,)


@pytest.mark.parametrize(("part", "flagged"), [(0, "0%"), (20, "100%"), (10, None)])
def test_none_and_all_are_flagged(part, flagged):
    share = counted("share_with_harm", {(): (part, 20, part / 20)}, kind="share")
    flags = controlled(frozen([share]), [], RULE).flags
    said = (f"Share with harm: {flagged} says something of every one of them.",) if flagged else ()
    assert flags == said


def test_a_table_that_is_no_longer_split_is_not_told_twice():
    table = counted(cells={("n",): 1, ("s",): 0, ("e",): 0}, by=("area",))
    exact = [override("disclosed")]
    result = controlled(frozen([counted(cells={(): 1}), table], overrides=exact), [], RULE)
    assert [told.by for told in result.figures] == [()]
    assert result.coarsened == ("Disclosed by area: not split by area.",)


def test_whoever_tries_every_table_of_two_finds_no_small_number_by_what_was_chosen():
    worlds = {}
    for first, second in itertools.product(range(1, 23), repeat=2):
        table = counted("failures", {("administrative",): first, ("service",): second}, ("type",))
        result = controlled(frozen([counted("failures", {(): first + second}), table]), [], RULE)
        assert result.problems == ()
        printed = tuple(
            (told.by, told.rule, tuple(each.shown for each in told.cells)) for told in result.figures
        )
        worlds.setdefault(printed, []).append((first, second))
    for fitting in worlds.values():
        for values in zip(*fitting, strict=True):
            small = any(0 < each <= RULE.threshold for each in values)
            assert not small or max(values) - min(values) >= 3, fitting


def test_a_slip_that_was_typed_leaves_what_else_was_typed_held_against_it():
    harm = elsewhere([typed("failures_with_harm", 5, "at least")], FIRST, 1)
    slip = elsewhere([typed("failures", 40, "more than")], FIRST, 2)
    now = frozen([FAILURES, counted("failures_with_harm", {(): 7})], LATER, ledger=2)
    for past_ones in ([harm], [harm, slip]):
        result = controlled(now, past_ones, RULE)
        assert result.problems or "failures_with_harm" not in {told.figure for told in result.figures}


HELD = frozen([counted("failures", {(): 3})])


def finding(low, high, quantity="failures", place=(), days=(FIRST,)):
    keys = tuple(Key(quantity, Moment(day, day, "1"), place) for day in days)
    return Finding(Target({}, keys), low, high)


def said(*found):
    return sentences(found, HELD)


def test_a_sentence_names_the_figure_the_cell_and_what_could_be_concluded():
    place = (("area", "north"), ("month_found", "2023-10-01"))
    assert said(finding(3, 3, place=place)) == [
        "Failures (area north and month found Oct 2023) on 11 Jan 2024 could be concluded to be exactly 3."
    ]
    assert said(finding(2, 4)) == ["Failures on 11 Jan 2024 could be concluded to be 2 to 4."]


def test_a_change_is_named_with_both_its_days():
    assert said(finding(-2, 0, days=(FIRST, LATER))) == [
        "Failures: the change from 11 Jan 2024 to 20 Jan 2024 could be concluded to be \N{MINUS SIGN}2 to 0."
    ]


def test_what_is_no_figure_of_the_release_goes_by_the_catalogue():
    (first, second, third) = said(
        finding(1, 1, "failure_rate: numerator"), finding(1, 1, "not_assessed"), finding(1, 1, "made_up")
    )
    assert first.startswith("Cases with a failure on")
    assert second.startswith("Cases waiting to be risk assessed on")
    assert third.startswith("Made up on")


def test_of_many_the_first_twenty_are_named():
    many = said(*(finding(1, 1, place=(("area", str(number)),)) for number in range(25)))
    assert (len(many), many[-1]) == (21, "So could 5 more.")
    assert said(*(finding(1, 1, place=(("area", str(n)),)) for n in range(21)))[-1] == "So could one more."
