"""A load on a wrong day: marked, counted by nobody, erased by nobody; and the same file on the right day."""

import datetime as dt

import polars as pl
import pytest
import sqlalchemy as sa

from access.audit import verify
from data.backup import backup, drill, restore
from data.connection import reading
from data.errors import UserError
from data.loading import changes, quarantined_tables
from data.releases import Releases
from data.review import Review
from data.supersede import resting_on, supersede
from tests.data.balance import imbalances
from tests.data.conftest import DAY, Loader, lines
from tests.data.publishing.world import ANN, BEN, Clock, draft, frozen, told

WHY = "Recorded in 2030 by mistake"
WEEK = dt.timedelta(days=7)
FAR = dt.date(2030, 1, 11)
ONE, TWO, THREE = (f"A-{number},01/02/2020,right to ask,north,," for number in (1, 2, 3))
SOUTH = ONE.replace("north", "south")


def known(review: Review, day: dt.date) -> list[tuple[str, str]]:
    rows = review.snapshot().scan("applications")
    on = rows.filter(pl.col("recorded_from") <= day, pl.col("recorded_to") > day)
    return sorted(on.select("application_ref", pl.col("area").cast(pl.String)).collect().rows())


def physical(review: Review) -> list[tuple[object, ...]]:
    held = review.ledger.tables.versions["applications"]
    columns = [each for each in held.c if each.name not in ("recorded_to", "closed_by")]
    with reading(review.ledger.engine) as connection:
        return sorted(tuple(row) for row in connection.execute(sa.select(*columns)))


def whole(review: Review) -> None:
    with reading(review.ledger.engine) as connection:
        assert imbalances(connection, review.ledger.tables) == []
    assert verify(review.record).whole


def far(desk: Loader, *rows: str, on: dt.date = FAR) -> None:
    desk.take(lines(*rows), on=on, confirm_day=True, confirm_removals=True)


@pytest.fixture
def wrong(on_both: Loader) -> Loader:
    """A review whose second load is recorded years too late: it changed a row, removed one, brought one."""
    on_both.take(lines(ONE, TWO))
    far(on_both, SOUTH, THREE)
    return on_both


def test_after_a_load_is_superseded_all_is_known_as_before_it_on_every_day(wrong: Loader) -> None:
    before = [("A-1", "north"), ("A-2", "north")]
    assert known(wrong.review, FAR) == [("A-1", "south"), ("A-3", "north")]
    done = supersede(wrong.review, 2, WHY)
    assert (done.by_load, done.taken_out, done.opened_again, done.last) == (3, 2, 2, DAY)
    for day in (DAY, DAY + WEEK, FAR, FAR + WEEK):
        assert known(wrong.review, day) == before
    assert wrong.now()["application_ref"].to_list() == ["A-1", "A-2"]
    whole(wrong.review)


def test_nothing_of_a_superseded_load_is_erased(wrong: Loader) -> None:
    before = physical(wrong.review)
    supersede(wrong.review, 2, WHY)
    assert set(before) < set(physical(wrong.review))
    old = wrong.review.snapshot(2).scan("applications").filter(pl.col("closed_by").is_null()).collect()
    assert old["application_ref"].to_list() == ["A-1", "A-3"]
    loads = wrong.review.ledger.all_loads().select("load", "superseded_by", "supersedes").rows()
    assert loads == [(1, None, None), (2, 3, None), (3, None, 2)]
    assert wrong.review.ledger.loads()["load"].to_list() == [1]
    assert wrong.review.ledger.receipts(superseded=True).filter(load=2).height == 1
    (entry,) = wrong.review.record.about("alteration", "load 2 recorded on 2030-01-11 superseded")
    assert (entry.reason, entry.outcome) == (WHY, "allowed")


def test_the_same_file_loads_again_on_the_right_day_as_if_the_wrong_load_had_never_been(
    wrong: Loader,
) -> None:
    supersede(wrong.review, 2, WHY)
    again = wrong.take(lines(SOUTH, THREE), on=DAY + WEEK, confirm_removals=True)
    assert again.kept
    assert [(each.new, each.changed, each.removed) for each in again.receipts] == [(1, 1, 1)]
    assert known(wrong.review, DAY + WEEK - dt.timedelta(days=1)) == [("A-1", "north"), ("A-2", "north")]
    assert known(wrong.review, DAY + WEEK) == [("A-1", "south"), ("A-3", "north")]
    assert known(wrong.review, FAR + WEEK) == [("A-1", "south"), ("A-3", "north")]
    whole(wrong.review)
    supersede(wrong.review, again.version, WHY)
    assert known(wrong.review, FAR + WEEK) == [("A-1", "north"), ("A-2", "north")]
    whole(wrong.review)


def test_loads_are_superseded_from_the_last_back(wrong: Loader) -> None:
    far(wrong, ONE, on=FAR + WEEK)
    with pytest.raises(UserError, match=r"Only the last load that stands .* load 3 of 18 January 2030"):
        supersede(wrong.review, 2, WHY)
    supersede(wrong.review, 3, WHY)
    assert known(wrong.review, FAR + WEEK) == [("A-1", "south"), ("A-3", "north")]
    supersede(wrong.review, 2, WHY)
    assert known(wrong.review, FAR + WEEK) == [("A-1", "north"), ("A-2", "north")]
    whole(wrong.review)
    supersede(wrong.review, 1, WHY)
    assert known(wrong.review, FAR + WEEK) == []
    with pytest.raises(UserError, match="No load stands in this review"):
        supersede(wrong.review, 1, WHY)
    whole(wrong.review)
    assert wrong.take(lines(ONE), on=DAY - WEEK).receipts[0].new == 1
    whole(wrong.review)


@pytest.mark.long
def test_a_row_that_goes_and_comes_through_many_loads_is_as_it_was_at_each_step_back(
    on_both: Loader,
) -> None:
    states = [(ONE,), (SOUTH, TWO), (TWO,), (ONE, TWO), (SOUTH, THREE)]
    for number, rows in enumerate(states):
        far(on_both, *rows, on=DAY + number * WEEK)
    seen = {each: on_both.review.snapshot(each).scan("applications").collect() for each in range(1, 6)}
    for load in (5, 4):
        supersede(on_both.review, load, WHY)
        now = on_both.review.snapshot().scan("applications").collect()
        facts = ["application_ref", "area", "recorded_from", "recorded_to"]
        assert now.select(facts).sort(facts).equals(seen[load - 1].select(facts).sort(facts))
        whole(on_both.review)
    far(on_both, SOUTH, on=DAY + 3 * WEEK)
    assert known(on_both.review, FAR) == [("A-1", "south")]
    whole(on_both.review)
    supersede(on_both.review, 8, WHY)
    supersede(on_both.review, 3, WHY)
    now = on_both.review.snapshot().scan("applications").collect()
    assert now.select(facts).sort(facts).equals(seen[2].select(facts).sort(facts))
    whole(on_both.review)


def test_a_load_that_changed_nothing_can_be_superseded(on_both: Loader) -> None:
    on_both.take(lines(ONE))
    far(on_both, ONE + " ")
    done = supersede(on_both.review, 2, WHY)
    assert (done.taken_out, done.opened_again) == (0, 0)
    assert on_both.take(lines(ONE + " "), on=DAY + WEEK).kept
    whole(on_both.review)


def test_rows_that_a_superseded_load_held_back_wait_for_nobody(on_both: Loader) -> None:
    on_both.take(lines(ONE))
    far(on_both, ONE, TWO.replace("01/02/2020", "never"))
    assert len(quarantined_tables(on_both.review.ledger.receipts())) == 1
    supersede(on_both.review, 2, WHY)
    assert quarantined_tables(on_both.review.ledger.receipts()) == []
    assert on_both.review.ledger.quarantine().is_empty()


def test_each_superseding_is_a_new_version_with_an_edition_of_its_own(wrong: Loader) -> None:
    ledger = wrong.review.ledger
    before = {ledger.stamp(version).edition for version in range(3)}
    supersede(wrong.review, 2, WHY)
    assert ledger.stamp().version == 3
    assert ledger.stamp().edition not in before


def test_a_reason_that_says_nothing_supersedes_nothing(wrong: Loader) -> None:
    for reason in ("", "  wrong  ", "x" * 401):
        with pytest.raises(UserError, match="Say why the load does not count"):
            supersede(wrong.review, 2, reason)
    assert wrong.review.ledger.version() == 2


def test_a_backup_of_a_ledger_with_a_superseded_load_is_whole_and_comes_back_the_same(
    desk: Loader,
) -> None:
    desk.take(lines(ONE, TWO))
    far(desk, SOUTH, THREE)
    supersede(desk.review, 2, WHY)
    path = desk.folder / "one.backup"
    backup(desk.review, path)
    drill(path, desk.review.record.keys.path)
    restored = restore(path, desk.folder / "again", keys=desk.review.record.keys.path)
    assert restored.signed
    assert restored.manifest.version == 3


def test_a_mark_that_nobody_signed_is_found(wrong: Loader) -> None:
    ledger = wrong.review.ledger
    far(wrong, SOUTH, THREE, TWO, on=FAR + WEEK)
    with ledger.engine.begin() as connection:
        forged = {"load": 3, "by_load": 4, "who": "x", "reason": "forged"}
        day = {"load": 4, "recorded_on": FAR, "loaded_at": dt.datetime.now(dt.UTC), "note": ""}
        connection.execute(ledger.tables.loads.insert(), day)
        connection.execute(ledger.tables.superseded.insert(), forged)
    assert "Load 4 is not as the record has it." in verify(wrong.review.record).findings


def test_the_changes_of_a_superseded_load_can_still_be_read(wrong: Loader) -> None:
    supersede(wrong.review, 2, WHY)
    rows = changes(wrong.review.snapshot(2).scan("applications"), "applications", 2)
    assert rows.select("application_ref", "change").rows() == [
        ("A-1", "changed"),
        ("A-2", "removed"),
        ("A-3", "new"),
    ]


def test_a_release_that_was_counted_with_a_superseded_load_stands_and_is_named(desk: Loader) -> None:
    desk.take(lines(ONE, TWO))
    far(desk, SOUTH, THREE)
    review = desk.review
    releases = Releases(review.ledger, review.record, Clock(dt.datetime(2031, 1, 1, tzinfo=dt.UTC)))
    for number, version in enumerate((1, 2), start=1):
        made = releases.drafted(ANN, draft())
        counted = frozen(releases.approved_digests()).model_copy(update={"ledger": version})
        made = releases.submitted(made.id, ANN, counted, told(number), seen=made.seen)
        releases.approved(made.id, BEN, seen=made.seen)
    before = [releases.published(each.id) for each in releases.all()]
    assert resting_on(review.ledger, review.record) == []
    supersede(review, 2, WHY)
    assert resting_on(review.ledger, review.record) == ["Release 2"]
    assert [releases.published(each.id) for each in releases.all()] == before
    assert [each.state(releases.now()) for each in releases.all()] == ["published", "published"]
