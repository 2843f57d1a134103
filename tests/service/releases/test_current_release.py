import datetime as dt
from dataclasses import dataclass, field

import pytest

from data.publishing.content import Published, PublishedCell, PublishedFigure
from data.publishing.states import State
from metrics.clauses import Revision
from service.releases import current_release
from service.releases.comparison import Bridged
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


def test_a_figure_that_only_an_earlier_release_tells_is_told_from_the_last_that_does_and_stands():
    public = [
        seen(1, 3, figures=("failures", "referrals")),
        seen(2, 5, figures=("failures", "referrals", "headcount")),
        seen(3, 6, figures=("backlog",), state=State.WITHDRAWN),
        seen(4, 9, figures=("failures",)),
    ]
    found = current_release.missing(public, public[3])
    assert [(each.release.id, told.figure) for each, told in found] == [(2, "referrals"), (2, "headcount")]


def test_the_first_release_has_nothing_before_it():
    assert current_release.answer(seen(1, 3), None, [], TERMS) == (
        "Latest published figures: Release 1, 4 January 2024. This is the first release."
    )
    assert current_release.answer(seen(2, 5), seen(1, 3), [], TERMS) == (
        "Latest published figures: Release 2, 6 January 2024. It shares no figure with Release 1, 4 January 2024."
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
    assert current_release.answer(seen(2, 5), seen(1, 3), found, TERMS) == (
        "Latest published figures: Release 2, 6 January 2024. Since 4 January 2024: 2 of 6 changed; 3 more "
        "may have (rounded or withheld)."
    )
    assert current_release.answer(seen(2, 5), seen(1, 3, state=State.WITHDRAWN), found[2:4], TERMS).endswith(
        "Since Release 1, 4 January 2024 (withdrawn): 1 of 2 changed."
    )
    assert current_release.answer(seen(2, 5), seen(1, 3), found[3:4], TERMS).endswith(
        "Since 4 January 2024: none of 1 changed."
    )
