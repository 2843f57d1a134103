"""Which release each published number may be quoted from, and which of two may be compared."""

import pytest

from charts.releases import Slope
from data.publishing.content import PublishedCell, PublishedFigure
from data.publishing.states import State
from metrics.clauses import Revision
from service.releases import current_release, published_numbers
from service.releases.comparison import Bridged
from service.releases.published_numbers import compared, numbers
from tests.service.releases.test_current_release import seen


def told(*cells, figure="failures", by=(), kind="count"):
    return PublishedFigure(
        figure=figure, by=by, title=figure.capitalize(), definition="", counts="failures", unit="failures", kind=kind,
        cells=cells,
    )  # fmt: skip


def cell(shown, number, **more):
    return PublishedCell(shown=shown, number=number, **{"treatment": "typed", **more})


def release(id_, day, *figures, **how):
    public = seen(id_, day, **how)
    object.__setattr__(public, "published", public.published.model_copy(update={"figures": figures}))
    return public


def quoted(public):
    every = numbers(public, current_release.last(public))
    return [(each.name, each.public.release.id, each.quoted) for each in every]


def test_a_number_is_quoted_from_the_last_release_that_has_it_and_stands():
    public = [
        seen(1, 3, figures=("failures", "referrals")),
        seen(2, 5, figures=("failures", "referrals", "headcount")),
        seen(3, 6, figures=("backlog",), state=State.WITHDRAWN),
        seen(4, 9, figures=("failures",)),
    ]
    assert quoted(public) == [
        ("Failures", 4, True), ("Referrals", 2, True), ("Staff", 2, True), ("backlog", 3, False),
    ]  # fmt: skip


def test_when_every_release_is_withdrawn_no_number_is_quoted():
    assert quoted([seen(1, 3, state=State.WITHDRAWN)]) == [("Failures", 1, False)]


def test_a_part_that_the_last_release_no_longer_has_is_not_quoted():
    parts = cell("2", 2, where=("north",)), cell("3", 3, where=("south",))
    public = [release(1, 3, told(*parts, by=("area",))), release(2, 5, told(parts[0], by=("area",)))]
    assert quoted(public) == [("North", 2, True), ("South", 1, False)]


def test_a_part_that_makes_the_same_sentence_as_a_figure_is_named_once():
    harm = told(cell("2", 2), figure="failures_with_harm")
    parts = told(cell("2", 2, where=("harm",)), cell("14", 14, where=("administrative",)), by=("part",))
    assert [name for name, *_ in quoted([release(1, 3, harm, parts)])] == ["With harm", "Administrative"]


def test_parts_of_the_same_name_are_told_apart():
    splits = [told(cell("2", 2, where=("other",)), by=(by,)) for by in ("area", "reason", "team")]
    numbers_ = [each.model_copy(update={"figure": f"f{n}"}) for n, each in enumerate(splits)]
    assert [name for name, *_ in quoted([release(1, 3, *numbers_)])] == [
        "Other", "Failures, Other", "Failures, Other (team)",
    ]  # fmt: skip


def bridged(figure, kind, scale=""):
    words = dict.fromkeys(("title", "before", "after", "why", "means", "sentence"), "")
    return Bridged(figure, (), (), Revision(figure=figure, kind=kind, scale=scale, explained=True, **words))


OTHERWISE = sorted(current_release.OTHERWISE - {"the same"})


@pytest.mark.parametrize(
    ("before", "after", "kind", "scale", "slope"),
    [
        (cell("25", 25), cell("33", 33), "update", "up by 8 (32%)", ("+8", 25, 33)),
        (cell("33", 33), cell("25", 25), "correction", "down by 8", ("\N{MINUS SIGN}8", 33, 25)),
        (cell("20", 20), cell("50", 50), "update", "up by about 30 (150%)", ("about +30", 20, 50)),
        (cell("0.6%", 0.006), cell("0.5%", 0.005), "update", "", ("down", 0.006, 0.005)),
        (
            cell("45", 45, qualifier="about"),
            cell("45", 45, qualifier="about"),
            "the same",
            "",
            ("no change", 45, 45),
        ),
        (cell("3,500", 3500, qualifier="more than"), cell("3,778", 3778), "update", "", ("not comparable",)),
        (cell("*", None, treatment="suppressed"), cell("33", 33), "update", "", ("not comparable",)),
        *((cell("25", 25), cell("30", 30), kind, "", ("not comparable",)) for kind in OTHERWISE),
    ],
)
def test_a_line_is_drawn_only_between_numbers_that_can_be_compared(before, after, kind, scale, slope):
    one, other = release(1, 3, told(before)), release(2, 5, told(after))
    every = numbers([one, other], other)
    (found,) = compared(every, other, one, [bridged("failures", kind, scale)])
    words = published_numbers.spoken(before), published_numbers.spoken(after)
    assert found == Slope("Failures", *words, *slope)


def test_a_number_that_the_earlier_release_did_not_have_says_so():
    one, other = release(1, 3), release(2, 5, told(cell("33", 33)))
    every = numbers([one, other], other)
    assert compared(every, other, one, []) == [Slope("Failures", "", "33", "not in Release 1")]
    assert compared(every, other, None, []) == [Slope("Failures", "", "33", "")]
