import dataclasses
import datetime as dt
import os
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import polars as pl
import pytest

from data.errors import UserError
from data.intake import load as loading_module
from data.intake.load import Unconfirmed, load
from data.intake.mapping import Plan
from data.review import Review, new_review, open_review
from tests.conftest import TERMS
from tests.data.conftest import DAY, Loader, applications, lines, plan_of
from tests.data.intake.test_row_checks import REVIEW_HEADER, REVIEWS
from tests.data.killing import process_of

WEEK = dt.timedelta(days=7)


def register(*numbers: int, area: str = "north") -> str:
    return lines(*(f"A-{number},01/02/2020,right to ask,{area},," for number in numbers))


def test_counts_add_up_on_the_receipt_and_in_the_database(desk: Loader) -> None:
    text = lines(
        "A-1,01/02/2020,right to ask,north,,",
        "A-1,01/02/2020,right to ask,north,,",
        "A-2,TBC,right to ask,north,,",
        ",,,,,",
        "A-3,01/02/2020",
    )
    (receipt,) = desk.take(text).receipts
    assert (receipt.read, receipt.accepted, receipt.quarantined, receipt.repeated, receipt.ignored) == (
        5,
        1,
        2,
        1,
        1,
    )
    stored = desk.review.ledger.receipts().row(0, named=True)
    assert stored == vars(receipt)


def test_the_same_file_twice_changes_nothing_and_says_so(desk: Loader) -> None:
    file = desk.file(register(1, 2))
    assert desk.load(file).kept
    again = desk.load(file, on=DAY + WEEK)
    assert (again.kept, again.version) == (False, 1)
    assert again.receipts[0].unchanged == 2
    assert desk.review.ledger.loads()["load"].to_list() == [1]


def test_the_same_file_with_the_same_bad_row_changes_nothing(desk: Loader) -> None:
    file = desk.file(lines("A-1,01/02/2020,right to ask,north,,", "A-2,TBC,right to ask,north,,"))
    desk.load(file)
    assert not desk.load(file).kept
    assert len(desk.held()) == 1


def test_a_full_extract_closes_what_it_lacks_and_a_partial_one_does_not(desk: Loader) -> None:
    desk.take(register(1, 2, 3))
    partial = desk.take(register(3, 4), plan=plan_of(applications(), extract="partial"), on=DAY + WEEK)
    assert (partial.receipts[0].new, partial.receipts[0].removed) == (1, 0)
    full = desk.take(register(1, 2, 4), on=DAY + 2 * WEEK, confirm_removals=True)
    assert (full.receipts[0].new, full.receipts[0].removed) == (0, 1)
    assert desk.now()["application_ref"].to_list() == ["A-1", "A-2", "A-4"]


def test_one_table_may_be_partial_in_a_full_mapping(desk: Loader) -> None:
    desk.take(register(1, 2))
    plan = plan_of(applications() | {"extract": "partial"})
    assert desk.take(register(3), plan=plan, on=DAY + WEEK).receipts[0].removed == 0


def test_a_row_in_quarantine_is_not_taken_as_gone(desk: Loader) -> None:
    desk.take(register(1, 2))
    text = lines("A-1,01/02/2020,right to ask,north,,", "A-2,TBC,right to ask,north,,")
    assert desk.take(text, on=DAY + WEEK).receipts[0].removed == 0
    assert desk.now()["application_ref"].to_list() == ["A-1", "A-2"]


@pytest.mark.parametrize("row", [",01/02/2020,right to ask,north,,", "A-2,01/02/2020"])
def test_nothing_is_taken_as_gone_where_a_reference_cannot_be_read(desk: Loader, row: str) -> None:
    desk.take(register(1, 2))
    text = lines("A-1,01/02/2020,right to ask,north,,", row)
    (receipt,) = desk.take(text, on=DAY + WEEK).receipts
    assert (receipt.removed, receipt.whole) == (0, False)
    assert receipt.warnings == "No row was taken as removed, because the reference of 1 cannot be read."


def test_rows_that_conflict_are_not_said_to_have_no_reference(desk: Loader) -> None:
    desk.take(register(1, 2))
    good, twin = "A-1,01/02/2020,right to ask,north,,", "A-3,01/02/2020,right to ask,{},,"
    text = lines(good, twin.format("north"), twin.format("south"))
    (receipt,) = desk.take(text, on=DAY + WEEK).receipts
    assert receipt.warnings == (
        "No row was taken as removed, because the reference of 2 rows stands in other rows too, with different data."
    )
    (receipt,) = desk.take(text + "A-4\n", on=DAY + 2 * WEEK).receipts
    assert receipt.warnings == (
        "No row was taken as removed, because the reference of 1 cannot be read, and the reference of 2 rows "
        "stands in other rows too, with different data."
    )


def test_rows_that_conflict_without_a_reference_are_named_by_what_tells_them_apart(desk: Loader) -> None:
    names = {"week_on": "Week", "team": "Team", "headcount": "Heads", "full_time_equivalent": "FTE"}
    text = "Week,Team,Heads,FTE\n2024-01-01,team 1,5,4\n2024-01-08,team 1,5,4\n2024-01-08,team 1,6,4\n"
    (receipt,) = desk.take(text, plan=plan_of({"table": "staffing", "columns": names})).receipts
    reason = "has the same week_on and team as another row, and different data"
    assert [(row, column, said) for row, column, _, said in desk.held()] == [
        (3, "week_on", reason), (4, "week_on", reason),
    ]  # fmt: skip
    assert "because the week_on and team of 2 rows stands in other rows too" in receipt.warnings


def test_a_load_that_would_remove_many_rows_asks_first(desk: Loader) -> None:
    desk.take(register(*range(40)))
    with pytest.raises(UserError, match=r"lacks 10 of the 40 current applications.*--confirm-removals"):
        desk.take(register(*range(30)), on=DAY + WEEK)
    assert desk.review.ledger.version() == 1
    confirmed = desk.take(register(*range(30)), on=DAY + WEEK, confirm_removals=True)
    assert confirmed.receipts[0].removed == 10


@pytest.mark.long
@pytest.mark.parametrize(("stood", "left"), [(1, 0), (2, 1), (5, 1), (5, 4), (9, 8), (29, 26)])
def test_more_than_a_tenth_of_a_table_of_any_size_asks_first(desk: Loader, stood: int, left: int) -> None:
    desk.take(register(*range(stood)))
    fewer = register(*range(left), 99)
    with pytest.raises(UserError, match=rf"lacks {stood - left} of the {stood} current .*--confirm-removals"):
        desk.take(fewer, on=DAY + WEEK)
    assert desk.review.ledger.version() == 1
    confirmed = desk.take(fewer, on=DAY + WEEK, confirm_removals=True)
    assert confirmed.receipts[0].removed == stood - left


@pytest.mark.parametrize(("stood", "left"), [(10, 9), (20, 18), (29, 27)])
def test_a_tenth_of_a_table_may_go_without_asking(desk: Loader, stood: int, left: int) -> None:
    desk.take(register(*range(stood)))
    assert desk.take(register(*range(left)), on=DAY + WEEK).receipts[0].removed == stood - left


def test_rows_that_would_go_are_told_with_the_refusal_and_by_a_dry_run(desk: Loader) -> None:
    desk.take(register(1, 2, 3))
    going = [("applications", "A-2", "removed"), ("applications", "A-3", "removed")]
    with pytest.raises(Unconfirmed) as refused:
        desk.take(register(1), on=DAY + WEEK)
    assert refused.value.alterations.select("table_name", "row", "change").rows() == going
    rehearsed = desk.take(register(1), on=DAY + WEEK, rehearsal=True)
    assert rehearsed.changes.select("table_name", "row", "change").rows() == going
    assert [option for option, _ in rehearsed.doubts] == ["--confirm-removals"]


def test_many_rows_of_a_large_table_may_go_without_asking(desk: Loader) -> None:
    desk.take(register(*range(100)))
    assert desk.take(register(*range(90)), on=DAY + WEEK).receipts[0].removed == 10


def test_an_old_file_is_refused_with_the_loads_since(desk: Loader) -> None:
    old = desk.file(register(1, 2), "old.csv")
    desk.load(old)
    desk.take(register(1, 2, 3), on=DAY + WEEK)
    desk.take(register(1, 2, 3, 4), on=DAY + 2 * WEEK)
    with pytest.raises(
        UserError, match=r"old.csv was taken by load 1, and newer applications came since, with load 2, 3"
    ):
        desk.load(old, on=DAY + 3 * WEEK)
    assert desk.review.ledger.version() == 3


def test_another_file_that_changes_nothing_leaves_the_day_on_which_all_was_confirmed(desk: Loader) -> None:
    desk.take(register(1, 2))
    again = desk.take(register(1, 2) + "\n", on=DAY + WEEK)
    assert (again.kept, again.version) == (True, 2)
    assert (again.receipts[0].unchanged, again.receipts[0].stirred) == (2, False)
    assert desk.review.ledger.loads()["recorded_on"].to_list() == [DAY, DAY + WEEK]
    assert desk.review.ledger.receipts()["load"].to_list() == [1, 2]


def test_of_two_tables_one_new_file_is_enough_to_leave_a_trace(desk: Loader) -> None:
    plan = plan_of(applications() | {"file": "applications*"}, REVIEWS)
    reviews = f"{REVIEW_HEADER}\nR-1,A-1,team 1,P1,05/02/2020,,\n"
    first, second = desk.file(register(1)), desk.file(reviews, "reviews.csv")
    assert desk.load(first, second, plan=plan).kept
    assert not desk.load(first, second, plan=plan, on=DAY + WEEK).kept
    assert desk.load(first, desk.file(reviews + "\n", "reviews.csv"), plan=plan, on=DAY + WEEK).kept


def test_an_old_file_that_would_change_nothing_is_no_undoing(desk: Loader) -> None:
    old = desk.file(register(1, 2), "old.csv")
    desk.load(old)
    desk.take(register(1, 2) + "\n", on=DAY + WEEK)
    assert desk.load(old, on=DAY + WEEK).receipts[0].unchanged == 2


def test_a_day_to_come_needs_confirmation(desk: Loader) -> None:
    to_come = dt.date(2999, 1, 1)
    with pytest.raises(Unconfirmed, match=r"1 January 2999 is still to come: today is .* --confirm-day"):
        desk.take(register(1), on=to_come)
    assert desk.review.ledger.version() == 0
    (doubt,) = desk.take(register(1), on=to_come, rehearsal=True).doubts
    assert doubt[0] == "--confirm-day"
    assert desk.take(register(1), on=to_come, confirm_day=True).kept


@pytest.mark.parametrize(
    ("last", "day"),
    [
        (dt.date(2023, 1, 11), dt.date(2024, 1, 12)),
        (dt.date(2024, 2, 29), dt.date(2025, 3, 2)),
        (dt.date(2020, 6, 1), dt.date(2023, 1, 1)),
    ],
)
def test_a_day_more_than_a_year_after_the_last_load_needs_confirmation(
    desk: Loader, last: dt.date, day: dt.date
) -> None:
    desk.take(register(1), on=last)
    with pytest.raises(Unconfirmed, match=r"more than a year after the last load.*--confirm-day"):
        desk.take(register(1, 2), on=day)
    assert desk.take(register(1, 2), on=day, confirm_day=True).kept


@pytest.mark.parametrize(
    ("last", "day"),
    [(dt.date(2023, 1, 11), dt.date(2024, 1, 11)), (dt.date(2024, 2, 29), dt.date(2025, 3, 1))],
)
def test_a_year_after_the_last_load_needs_no_confirmation(desk: Loader, last: dt.date, day: dt.date) -> None:
    desk.take(register(1), on=last)
    assert desk.take(register(1, 2), on=day).kept


def test_today_is_the_day_where_the_review_is(desk: Loader) -> None:
    zones = [
        dataclasses.replace(desk.review, terms=desk.review.terms.model_copy(update={"time_zone": zone}))
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12")
    ]
    assert zones[0].today() > zones[1].today()


def test_a_note_too_long_to_keep_is_refused(desk: Loader) -> None:
    with pytest.raises(UserError, match="The note has 501 characters, and the most is 500"):
        desk.take(register(1), note="x" * 501)


def test_a_list_that_the_terms_lack_is_asked_for(desk: Loader) -> None:
    bare = desk.review.terms.model_copy(update={"lists": {"routes": ("right to ask",)}})
    desk.review = dataclasses.replace(desk.review, terms=bare)
    with pytest.raises(
        UserError, match=r"have no list of areas, which applications need: add one to \[lists\]"
    ):
        desk.take(register(1))


def test_a_list_without_codes_allows_none_and_what_has_none_is_readable(desk: Loader) -> None:
    lists = desk.review.terms.lists | {"categories": (), "teams": ()}
    bare = desk.review.terms.model_copy(update={"lists": lists})
    desk.review = dataclasses.replace(desk.review, terms=bare)
    header = f"{lines().strip()},Kind\n"
    text = f"{header}A-1,01/02/2020,right to ask,north,,,\nA-2,01/02/2020,right to ask,north,,,police\n"
    desk.take(text, plan=plan_of(applications(category="Kind")))
    assert [(row, column, why) for row, column, _, why in desk.held()] == [
        (3, "category", "is a code, and the terms of reference allow no categories")
    ]
    assert desk.now().select("application_ref", "category").rows() == [("A-1", None)]
    assert desk.now("reviews").is_empty()


def test_a_rehearsal_says_what_would_happen_and_keeps_nothing(desk: Loader) -> None:
    text = lines("A-1,01/02/2020,right to ask,north,,", "A-2,TBC,right to ask,north,,")
    rehearsed = desk.take(text, rehearsal=True)
    assert (rehearsed.kept, rehearsed.version, rehearsed.receipts[0].new) == (False, 0, 1)
    assert rehearsed.quarantine.select("table_name", "file", "row_number", "reason").rows() == [
        ("applications", "applications.csv", 3, "is not a date")
    ]
    assert desk.review.ledger.version() == 0


def test_a_file_of_which_no_row_fits_is_refused(desk: Loader) -> None:
    swapped = register(1, 2).replace("Route,Area", "Area,Route")
    with pytest.raises(
        UserError, match=r"not one of its 2 rows fits applications; in row 2, route is not one of the routes"
    ):
        desk.take(swapped)


def test_a_table_with_one_bad_row_does_not_stop_the_others(desk: Loader) -> None:
    plan = plan_of(applications() | {"file": "applications*"}, REVIEWS)
    reviews = desk.file(f"{REVIEW_HEADER}\nR-1,A-1,team 1,P1,TBC,,\n", "reviews.csv")
    loaded = desk.load(desk.file(register(1)), reviews, plan=plan)
    assert [(receipt.table_name, receipt.accepted) for receipt in loaded.receipts] == [
        ("applications", 1),
        ("reviews", 0),
    ]


def test_one_bad_file_of_two_changes_nothing(desk: Loader) -> None:
    plan = plan_of(applications() | {"file": "applications*"}, REVIEWS)
    with pytest.raises(UserError, match=r"reviews\.csv is empty"):
        desk.load(desk.file(register(1)), desk.file("", "reviews.csv"), plan=plan)
    assert desk.review.ledger.version() == 0
    assert desk.now().is_empty()


def test_files_may_come_in_any_order_and_are_told_apart_by_their_columns(desk: Loader) -> None:
    plan = plan_of(applications(), REVIEWS | {"file": None})
    reviews = desk.file(f"{REVIEW_HEADER}\nR-1,A-1,team 1,P1,05/02/2020,,\n", "x.csv")
    loaded = desk.load(reviews, desk.file(register(1), "y.csv"), plan=plan)
    assert [receipt.new for receipt in loaded.receipts] == [1, 1]


def test_one_file_may_feed_two_tables(desk: Loader) -> None:
    people = {
        "table": "people_to_contact",
        "columns": {"person_ref": "Ref", "application_ref": "Ref", "identified_on": "Received"},
    }
    loaded = desk.take(register(1, 2), plan=plan_of(applications(), people))
    assert [(receipt.table_name, receipt.new) for receipt in loaded.receipts] == [
        ("applications", 2),
        ("people_to_contact", 2),
    ]


def test_two_files_for_one_table_are_refused(desk: Loader) -> None:
    with pytest.raises(UserError, match=r"Both a.csv and b.csv would fill applications"):
        desk.load(desk.file(register(1), "a.csv"), desk.file(register(2), "b.csv"))


def test_a_removed_application_that_reviews_still_refer_to_is_warned_of(desk: Loader) -> None:
    plan = plan_of(applications() | {"file": "applications*"}, REVIEWS)
    reviews = f"{REVIEW_HEADER}\nR-1,A-1,team 1,P1,05/02/2020,,\nR-2,A-2,team 1,P1,05/02/2020,,\n"
    desk.load(desk.file(register(1, 2)), desk.file(reviews, "reviews.csv"), plan=plan)
    (receipt,) = desk.take(register(1), plan=plan, on=DAY + WEEK, confirm_removals=True).receipts
    assert receipt.warnings == "Current reviews that still refer to removed applications: 1."
    assert desk.review.ledger.receipts()["warnings"].to_list()[-1] == receipt.warnings


def test_no_warning_where_the_reviews_go_with_their_application(desk: Loader) -> None:
    plan = plan_of(applications() | {"file": "applications*"}, REVIEWS)
    rows = [f"R-{n},A-{n},team 1,P1,05/02/2020,,\n" for n in (1, 2)]
    desk.load(
        desk.file(register(1, 2)), desk.file(f"{REVIEW_HEADER}\n{''.join(rows)}", "reviews.csv"), plan=plan
    )
    gone = desk.load(
        desk.file(register(1)),
        desk.file(f"{REVIEW_HEADER}\n{rows[0]}", "reviews.csv"),
        plan=plan,
        on=DAY + WEEK,
        confirm_removals=True,
    )
    assert [(receipt.removed, receipt.warnings) for receipt in gone.receipts] == [(1, ""), (1, "")]


def test_a_demonstration_takes_only_its_own_loads(tmp_path: Path, desk: Loader) -> None:
    terms = tmp_path / "demonstration.toml"
    terms.write_text(f"demonstration = true\n{TERMS}")
    review = new_review(tmp_path / "shown", terms)
    file = desk.file(register(1))
    with pytest.raises(UserError, match="is a demonstration, and real data is never mixed with one"):
        load(review, [file], desk.plan, recorded_on=DAY)
    with pytest.raises(UserError, match="cannot be loaded into a real review"):
        desk.load(file, demonstration=True)
    assert load(review, [file], desk.plan, recorded_on=DAY, demonstration=True).kept
    review.ledger.engine.dispose()


def test_progress_is_told_from_start_to_end(desk: Loader) -> None:
    told: list[tuple[str, int, int]] = []
    desk.take(register(1), progress=lambda *step: told.append(step))
    assert told == [("Reading applications.csv", 0, 2), ("Storing applications", 1, 2), ("Done", 2, 2)]


def _load_slowly(folder: Path, file: str, plan: Plan, seconds: float) -> None:
    storing = loading_module._store

    def then_wait(*arguments: object, **settings: object) -> pl.DataFrame:
        held = storing(*arguments, **settings)  # type: ignore[arg-type]
        (folder / "stored").touch()
        time.sleep(seconds)
        return held

    loading_module._store = then_wait
    load(open_review(folder), [file], plan, recorded_on=DAY)


def _started(review: Review, file: str, plan: Plan, seconds: float) -> BaseProcess:
    (review.folder / "stored").unlink(missing_ok=True)
    process = process_of(_load_slowly, review.folder, file, plan, seconds)
    process.start()
    deadline = time.monotonic() + 60
    while not (review.folder / "stored").exists():
        assert process.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


@pytest.mark.long
def test_a_load_killed_half_way_leaves_nothing_and_can_be_made_again(desk: Loader) -> None:
    file = desk.file(register(*range(500)))
    process = _started(desk.review, file, desk.plan, seconds=60)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert desk.review.ledger.version() == 0
    assert desk.load(file).receipts[0].new == 500
    assert desk.now().height == 500


def test_of_two_loads_at_once_one_waits_and_both_receipts_are_right(desk: Loader) -> None:
    process = _started(desk.review, desk.file(register(1, 2), "first.csv"), desk.plan, seconds=0.5)
    second = desk.take(register(1, 2, 3))
    process.join()
    assert process.exitcode == 0
    assert (second.version, second.receipts[0].new, second.receipts[0].unchanged) == (2, 1, 2)
    assert desk.review.ledger.receipts()["new"].to_list() == [2, 1]


@pytest.mark.parametrize(
    "rows",
    [
        ["\u0410-2,01/02/2020,right to ask,north,,"],
        ["TBC,01/02/2020,right to ask,north,,"],
        ["1E10,01/02/2020,right to ask,north,,"],
        ["A-1,01/02/2020,right to ask,south,,"],
        ["\u0410-2,01/02/2020,right to ask,nroth,,"],
    ],
    ids=["homoglyph", "placeholder", "scientific", "duplicate", "homoglyph and another fault"],
)
def test_nothing_is_taken_as_gone_where_a_reference_is_mangled(desk: Loader, rows: list[str]) -> None:
    desk.take(register(1, 2, 3))
    text = lines("A-1,01/02/2020,right to ask,north,,", "A-3,01/02/2020,right to ask,north,,", *rows)
    (receipt,) = desk.take(text, on=DAY + WEEK).receipts
    assert (receipt.removed, receipt.whole) == (0, False)
    assert "No row was taken as removed, because the reference of " in receipt.warnings
    assert desk.now()["application_ref"].to_list() == ["A-1", "A-2", "A-3"]


def test_a_row_held_back_for_another_column_protects_itself_and_no_other(desk: Loader) -> None:
    desk.take(register(1, 2, 3))
    text = lines("A-1,01/02/2020,right to ask,north,,", "A-2,01/02/2020,right to ask,nroth,,")
    (receipt,) = desk.take(text, on=DAY + WEEK, confirm_removals=True).receipts
    assert (receipt.removed, receipt.whole, receipt.warnings) == (1, True, "")


def test_rows_without_a_reference_are_each_held_back_and_never_merged(desk: Loader) -> None:
    blank = ",01/02/2020,right to ask,north,,"
    (receipt,) = desk.take(lines("A-1,01/02/2020,right to ask,north,,", blank, blank)).receipts
    assert (receipt.quarantined, receipt.repeated) == (2, 0)


def test_a_folder_is_not_loaded_but_its_files_are_asked_for(desk: Loader) -> None:
    with pytest.raises(UserError, match=r"files is a folder: name the files in it that are to be loaded"):
        desk.load(str(desk.folder))


ONE = "A-1,01/02/2020,right to ask,north,,"
TWO = "A-2,01/02/2020,right to ask,north,,"


def test_rows_that_are_only_new_correct_nothing(desk: Loader) -> None:
    desk.take(lines(ONE))
    assert desk.take(lines(ONE, TWO)).receipts[0].new == 1


def test_an_alteration_on_a_later_day_is_no_correction_and_one_on_that_day_is(desk: Loader) -> None:
    later = DAY + dt.timedelta(days=7)
    desk.take(lines(ONE, TWO))
    assert desk.take(lines(ONE, TWO.replace("north", "south")), on=later).receipts[0].changed == 1
    with pytest.raises(UserError, match=r"changes 1 and removes 0 of the applications"):
        desk.take(lines(ONE.replace("north", "south"), TWO.replace("north", "south")), on=later)


def test_rows_that_a_correction_lacks_are_asked_for_too(desk: Loader) -> None:
    desk.take(lines(ONE, TWO))
    with pytest.raises(UserError, match=r"changes 0 and removes 1 of the applications"):
        desk.take(lines(ONE), confirm_removals=True)
    with pytest.raises(UserError, match=r"lacks 1 of the 2 .* --confirm-removals and --confirm-corrections"):
        desk.take(lines(ONE))
    confirmed = desk.take(lines(ONE), confirm_corrections=True, confirm_removals=True)
    assert confirmed.receipts[0].removed == 1


def test_another_table_may_come_on_the_same_day(desk: Loader) -> None:
    people = {"person_ref": "Ref", "application_ref": "Ref", "identified_on": "Received"}
    desk.take(lines(ONE))
    plan = plan_of(applications(), {"table": "people_to_contact", "columns": people})
    assert desk.take(lines(ONE), plan=plan).kept


def test_a_rehearsal_shows_each_cell_that_would_be_altered(desk: Loader) -> None:
    desk.take(lines(ONE, TWO))
    changes = desk.take(lines(ONE.replace("north", "south")), rehearsal=True).changes
    assert changes.rows() == [
        ("applications", "A-2", "removed", None, None, None),
        ("applications", "A-1", "changed", "area", "north", "south"),
    ]
    assert desk.take(
        lines(ONE), rehearsal=True, plan=plan_of(applications(), extract="partial")
    ).changes.is_empty()
