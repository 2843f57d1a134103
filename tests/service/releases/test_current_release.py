import datetime as dt
from dataclasses import dataclass, field

import pytest

from charts.releases import Slope
from data.publishing.content import Published, PublishedCell, PublishedFigure
from data.publishing.states import State
from metrics.clauses import Revision
from service.releases import current_release
from service.releases.comparison import Bridged
from service.releases.current_release import compared, numbers
from tests.metrics.world import TERMS

MOMENT = dt.datetime(2024, 1, 1, 23, 30, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Row:
    id: int
    number: int
    steps: tuple = ()


@dataclass(frozen=True)
class Drawn:
    release: Row
    published: Published
    published_at: dt.datetime
    state: State = State.PUBLISHED
    figures: tuple = field(default=())


def seen(id_, as_at, *, number=None, version=1, state=State.PUBLISHED, figures=("failures",), later=0):
    cell = PublishedCell(shown="3", number=3, treatment="typed")
    told = tuple(
        PublishedFigure(
            figure=name,
            title=name,
            definition="",
            counts="failures",
            unit="failures",
            kind="count",
            cells=(cell,),
        )
        for name in figures
    )
    published = Published(
        number=number or id_, version=version, title="A release", review="A review", body="A force",
        oversight_body="The office", demonstration=False, as_at=dt.date(2024, 1, as_at), known_at=dt.date(2024, 1, as_at),
        status="final", nature="update", figures=told,
    )  # fmt: skip
    return Drawn(Row(id_, number or id_), published, MOMENT + dt.timedelta(days=as_at + later), state)


def ids(found):
    return [each.release.id for each in found]


def test_what_was_withdrawn_or_amended_is_never_the_last():
    public = [seen(1, 5), seen(2, 9, state=State.WITHDRAWN), seen(3, 8, state=State.AMENDED), seen(4, 7)]
    assert current_release.last(public).release.id == 4
    assert current_release.last(public[1:3]) is None


def test_the_last_speaks_of_the_latest_day_though_an_earlier_day_was_told_again_since():
    again = seen(3, 5, number=1, version=2, later=9)
    public = [seen(1, 5, state=State.AMENDED), seen(2, 9), again]
    assert current_release.last(public).release.id == 2


def test_what_was_published_later_is_the_last_whatever_day_an_earlier_statement_speaks_of():
    public = [seen(1, 20, later=-15), seen(2, 9)]
    assert public[0].published_at < public[1].published_at
    assert current_release.last(public).release.id == 2
    assert ids(current_release.others(public, public[1])) == [1]


def test_it_is_compared_with_the_one_before_that_stands_and_with_any_other():
    public = [seen(1, 3), seen(2, 5), seen(3, 6, state=State.WITHDRAWN), seen(4, 9)]
    assert ids(current_release.others(public, public[3])) == [2, 3, 1]
    assert ids(current_release.others(public[:1], public[0])) == []


def test_a_new_version_is_compared_with_the_one_it_amends():
    public = [seen(1, 3), seen(2, 5, state=State.AMENDED), seen(3, 5, number=2, version=2, later=1)]
    assert ids(current_release.others(public, public[2])) == [2, 1]


def test_only_a_release_that_was_withdrawn_may_be_there_to_compare_with():
    public = [seen(1, 3, state=State.WITHDRAWN), seen(2, 5)]
    assert ids(current_release.others(public, public[1])) == [1]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.PUBLISHED, "Release 1, 4 January 2024"),
        (State.WITHDRAWN, "Release 1, 4 January 2024 (withdrawn)"),
        (State.AMENDED, "Release 1, 4 January 2024 (amended by a new version)"),
    ],
)
def test_a_release_is_called_by_its_day_and_by_how_it_stands(state, words):
    assert current_release.called(seen(1, 3, state=state), TERMS) == words


def test_the_day_of_a_release_is_that_of_the_reviews_own_clocks():
    summer = seen(1, 3)
    late = Drawn(summer.release, summer.published, dt.datetime(2024, 5, 21, 23, 30, tzinfo=dt.UTC))
    assert current_release.published_on(late, TERMS) == "22 May 2024"


def test_a_release_is_titled_by_its_name_its_day_and_its_status():
    assert current_release.title(seen(1, 3), TERMS) == "Release 1, 4 January 2024, final."


def test_the_first_release_has_nothing_before_it():
    assert current_release.changes(seen(1, 3), None, [], TERMS) == "This is the first release."
    assert current_release.changes(seen(2, 5), seen(1, 3), [], TERMS) == (
        "It shares no figure with Release 1, 4 January 2024."
    )


def bridged(figure, kind, where=()):
    found = Revision(
        figure=figure, title=figure, before="33", after="35", kind=kind, scale="", why="", means="", sentence="", explained=True
    )  # fmt: skip
    return Bridged(figure, ("part",) if where else (), where, found)


def test_what_changed_is_told_apart_from_what_is_only_told_otherwise_and_from_what_is_unchanged():
    found = [
        bridged("failures", "uncertain"),
        bridged("population", "uncertain"),
        bridged("referrals", "update"),
        bridged("headcount", "the same"),
        bridged("harm", "withheld"),
        # Of a figure that is split one part that changed is enough.
        bridged("failures", "the same", ("harm",)),
        bridged("failures", "update", ("service",)),
    ]
    release, earlier = seen(2, 5), seen(1, 3)
    assert current_release.changes(release, earlier, found, TERMS) == (
        "2 of 6 figures changed since 4 January 2024; 3 more may have (rounded or withheld)."
    )
    gone = seen(1, 3, state=State.WITHDRAWN)
    assert current_release.changes(release, gone, found[2:4], TERMS) == (
        "1 of 2 figures changed since Release 1, 4 January 2024 (withdrawn)."
    )
    assert current_release.changes(release, earlier, found[3:4], TERMS) == (
        "None of 1 figures changed since 4 January 2024."
    )


def test_all_releases_are_ordered_by_their_turn_the_latest_first():
    again = seen(3, 5, number=1, version=2, later=9)
    assert ids(current_release.latest_first([seen(1, 5, state=State.AMENDED), again, seen(2, 9)])) == [
        2,
        3,
        1,
    ]


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


def bridged_by(figure, kind, scale=""):
    words = dict.fromkeys(("title", "before", "after", "why", "means", "sentence"), "")
    return Bridged(figure, (), (), Revision(figure=figure, kind=kind, scale=scale, explained=True, **words))


NOT_COMPARED = sorted(current_release.OTHERWISE - {"the same"})


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
        *((cell("25", 25), cell("30", 30), kind, "", ("not comparable",)) for kind in NOT_COMPARED),
    ],
)
def test_a_line_is_drawn_only_between_numbers_that_can_be_compared(before, after, kind, scale, slope):
    one, other = release(1, 3, told(before)), release(2, 5, told(after))
    every = numbers([one, other], other)
    (found,) = compared(every, other, one, [bridged_by("failures", kind, scale)])
    words = current_release.spoken(before), current_release.spoken(after)
    assert found == Slope("Failures", *words, *slope)


def test_a_number_that_the_earlier_release_did_not_have_says_so():
    one, other = release(1, 3), release(2, 5, told(cell("33", 33)))
    every = numbers([one, other], other)
    assert compared(every, other, one, []) == [Slope("Failures", "", "33", "not in Release 1")]
    assert compared(every, other, None, []) == [Slope("Failures", "", "33", "")]
