"""The ledger on SQLite and on PostgreSQL: nothing is lost, nothing is overwritten."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import UserError
from data.ledger import Ledger
from data.loading import Arrival, Receipt
from data.schema import SCHEMAS
from tests.loading import row_versions_of

FIRST = dt.date(2024, 1, 4)
WEEK = dt.timedelta(days=7)
QUARANTINE = {"row_number": pl.Int64, "column_name": pl.String, "shape": pl.String, "reason": pl.String}
KEY = {"application_ref": pl.String}


@pytest.fixture
def ledger(blank_ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger(blank_ledger_url)
    yield ledger
    ledger.engine.dispose()


def rows(**areas: str) -> pl.DataFrame:
    """Applications by reference and area, all else the same."""
    schema = SCHEMAS["applications"]
    given_ = pl.DataFrame(
        {"application_ref": list(areas), "area": list(areas.values())},
        schema_overrides=dict.fromkeys(("application_ref", "area"), pl.String),
    )
    fixed = given_.with_columns(
        received_on=pl.lit(dt.date(2020, 2, 1)), route=pl.lit("right to ask"), in_scope=pl.lit(value=True)
    )
    missing = [name for name in schema.column_names() if name not in fixed.columns]
    types = pl.Schema(schema)
    return fixed.with_columns(pl.lit(None, types[name]).alias(name) for name in missing).select(
        schema.column_names()
    )


def arrival(
    frame: pl.DataFrame, *, held: tuple[str, ...] = (), whole: bool = True, fingerprint: str = "f"
) -> Arrival:
    quarantine = pl.DataFrame(
        [(number, "received_on", "A", "is not a date") for number, _ in enumerate(held, start=2)],
        schema=QUARANTINE,
        orient="row",
    )
    return Arrival(
        table="applications",
        file="a.csv",
        fingerprint=fingerprint,
        rows=frame,
        rejected_keys=pl.DataFrame({"application_ref": held}, schema=KEY),
        quarantine=quarantine,
        whole=whole,
        read=frame.height + len(held),
    )


def store(ledger: Ledger, day: dt.date, each: Arrival, **options: Any) -> Receipt:
    with ledger.loading(day, **options) as loading:
        return loading.store(each)


def known(ledger: Ledger, day: dt.date) -> dict[str, str]:
    """Area of each application as known at the end of a day."""
    versions = row_versions_of(ledger, "applications", ledger.version())
    days = versions.with_columns(pl.col("recorded_from", "recorded_to").cast(pl.String))
    open_end = pl.col("recorded_to").is_null() | (pl.col("recorded_to") > str(day))
    stood = days.filter((pl.col("recorded_from") <= str(day)) & open_end)
    assert stood["application_ref"].is_unique().all()
    return dict(stood.select("application_ref", "area").iter_rows())


def test_a_new_ledger_is_empty_and_knows_what_it_is(ledger: Ledger) -> None:
    assert ledger.exists()
    assert not ledger.demonstration()
    assert ledger.version() == 0
    assert ledger.loads().is_empty()


def test_making_it_again_leaves_it_alone(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    ledger.create("Another", demonstration=True)
    assert (ledger.version(), ledger.demonstration()) == (1, False)


def test_a_load_writes_only_what_is_new_changed_or_gone(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north", B="north", C="north")))
    receipt = store(ledger, FIRST + WEEK, arrival(rows(A="north", B="south", D="north"), fingerprint="g"))
    counts = (receipt.new, receipt.changed, receipt.unchanged, receipt.removed)
    assert counts == (1, 1, 1, 1)
    versions = row_versions_of(ledger, "applications", 2)
    assert versions.select("application_ref", "area", "opened_by", "closed_by").rows() == [
        ("A", "north", 1, None),
        ("B", "north", 1, 2),
        ("B", "south", 2, None),
        ("C", "north", 1, 2),
        ("D", "north", 2, None),
    ]


def test_what_was_known_on_a_day_stays_known(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north", B="north")))
    store(ledger, FIRST + WEEK, arrival(rows(A="south"), fingerprint="g"))
    store(ledger, FIRST + 2 * WEEK, arrival(rows(A="south", B="north"), fingerprint="h"))
    assert known(ledger, FIRST) == {"A": "north", "B": "north"}
    assert known(ledger, FIRST + WEEK) == {"A": "south"}
    assert known(ledger, FIRST + 2 * WEEK) == {"A": "south", "B": "north"}
    assert known(ledger, FIRST - WEEK) == {}


def test_of_two_loads_on_one_day_the_later_is_what_was_known(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    store(ledger, FIRST, arrival(rows(A="south"), fingerprint="g"))
    assert known(ledger, FIRST) == {"A": "south"}
    assert row_versions_of(ledger, "applications", 2).height == 2


def test_a_partial_extract_and_a_held_row_close_nothing(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north", B="north", C="north")))
    assert store(ledger, FIRST + WEEK, arrival(rows(A="south"), whole=False)).removed == 0
    assert store(ledger, FIRST + WEEK, arrival(rows(A="south"), held=("B",), fingerprint="g")).removed == 1
    assert known(ledger, FIRST + WEEK) == {"A": "south", "B": "north"}


def test_a_load_that_changes_nothing_is_not_kept(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    receipt = store(ledger, FIRST + WEEK, arrival(rows(A="north")))
    assert (receipt.unchanged, ledger.version()) == (1, 1)


def test_a_new_quarantine_is_kept_though_no_row_changes(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    store(ledger, FIRST + WEEK, arrival(rows(A="north"), held=("B",), fingerprint="g"))
    assert ledger.version() == 2
    assert ledger.quarantine().select("load", "row_number", "reason").rows() == [(2, 2, "is not a date")]


def test_a_rehearsal_keeps_nothing(ledger: Ledger) -> None:
    assert store(ledger, FIRST, arrival(rows(A="north")), rehearsal=True).new == 1
    assert ledger.version() == 0
    assert row_versions_of(ledger, "applications", 1).is_empty()


def test_an_error_in_a_load_undoes_all_of_it(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.loading(FIRST) as loading:
            loading.store(arrival(rows(A="north")))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ledger.version() == 0
    assert ledger.receipts().is_empty()


def test_a_day_before_the_last_load_is_refused(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    with pytest.raises(UserError, match="never rewritten"):
        store(ledger, FIRST - WEEK, arrival(rows(A="south")))


def test_a_load_that_failed_leaves_room_for_the_next(ledger: Ledger) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    with pytest.raises(UserError):
        store(ledger, FIRST - WEEK, arrival(rows(A="south")))
    assert store(ledger, FIRST, arrival(rows(A="south"), fingerprint="g")).load == 2


@pytest.mark.parametrize("count", ["read", "new"])
def test_the_database_itself_refuses_counts_that_do_not_add_up(ledger: Ledger, count: str) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    right = ledger.receipts().with_columns(table_name=pl.lit("reviews")).row(0, named=True)
    with pytest.raises(sa.exc.IntegrityError, match="add_up"), ledger.engine.begin() as connection:
        connection.execute(ledger.tables.receipts.insert(), right | {count: right[count] + 1})


@pytest.mark.parametrize(
    "change",
    [
        lambda held: held.update().values(recorded_to=FIRST),
        lambda held: held.update().values(recorded_to=FIRST - WEEK, closed_by=1),
        lambda held: held.insert().from_select(
            [column.name for column in held.c if column.name != "opened_by"] + ["opened_by"],
            sa.select(*(column for column in held.c if column.name != "opened_by"), sa.literal(1)),
        ),
    ],
)
def test_the_database_itself_refuses_half_closed_and_double_rows(
    ledger: Ledger, change: Callable[[sa.Table], sa.UpdateBase]
) -> None:
    store(ledger, FIRST, arrival(rows(A="north")))
    with pytest.raises(sa.exc.IntegrityError), ledger.engine.begin() as connection:
        connection.execute(change(ledger.tables.versions["applications"]))


def test_the_database_itself_refuses_a_row_that_refers_to_nothing(ledger: Ledger) -> None:
    lost = Arrival(
        table="people_to_contact",
        file="p.csv",
        fingerprint="p",
        rows=pl.DataFrame({"person_ref": ["P"], "application_ref": ["X"], "identified_on": [FIRST]}),
        rejected_keys=pl.DataFrame(schema={"person_ref": pl.String}),
        quarantine=pl.DataFrame(schema=QUARANTINE),
        whole=True,
        read=1,
    )
    # SQLite refuses the row, PostgreSQL's COPY fails in its own driver's words.
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store(ledger, FIRST, lost)
    assert ledger.version() == 0


def test_an_address_that_cannot_hold_a_ledger_is_refused() -> None:
    with pytest.raises(UserError, match="in SQLite or PostgreSQL, not in mysql"):
        Ledger("mysql://host/name")
    with pytest.raises(UserError, match="is not a database URL"):
        Ledger("://")


EXTRACTS = st.lists(
    st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from(["north", "south"])), min_size=1, max_size=6
)


@pytest.mark.long
@settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck))
@given(extracts=EXTRACTS, same_day=st.booleans())
def test_any_sequence_of_full_extracts_is_known_on_each_day_exactly_as_it_was(
    ledger: Ledger, extracts: list[dict[str, str]], same_day: bool
) -> None:
    begins = dt.date.fromisoformat(str(ledger.loads()["recorded_on"].max() or FIRST)) + WEEK
    seen: dict[dt.date, dict[str, str]] = {}
    before = row_versions_of(ledger, "applications", ledger.version())
    for number, extract in enumerate(extracts):
        day = begins + (number // (2 if same_day else 1)) * WEEK
        store(ledger, day, arrival(rows(**extract), fingerprint=f"{begins}{number}"))
        seen[day] = extract
        after = row_versions_of(ledger, "applications", ledger.version())
        _nothing_is_lost(before, after)
        before = after
    for day, extract in seen.items():
        assert known(ledger, day) == extract


def _nothing_is_lost(before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Every version that was there is there, as it was; one that was closed stays closed as it was."""
    key = ["application_ref", "opened_by"]
    same = [name for name in before.columns if name not in ("recorded_to", "closed_by")]
    kept = before.cast(pl.String).join(after.cast(pl.String), on=same, nulls_equal=True, suffix="_after")
    assert kept.height == before.height
    closed = kept.filter(pl.col("closed_by").is_not_null())
    assert closed.filter(pl.col("recorded_to") != pl.col("recorded_to_after")).is_empty()
    assert closed.filter(pl.col("closed_by") != pl.col("closed_by_after")).is_empty()
    assert not after.select(key).is_duplicated().any()


@pytest.mark.long
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM applications",
        "DELETE FROM applications_keys",
        "DELETE FROM loads",
        "DELETE FROM receipts",
        "UPDATE applications SET area = 'elsewhere'",
        "UPDATE applications SET recorded_from = '2020-01-01'",
        "UPDATE applications SET closed_by = NULL, recorded_to = NULL WHERE closed_by IS NOT NULL",
        "UPDATE loads SET recorded_on = '2020-01-01'",
        "UPDATE receipts SET removed = 0",
        "UPDATE review SET demonstration = NOT demonstration",
    ],
)
def test_the_database_itself_refuses_to_forget_or_to_write_over(ledger: Ledger, statement: str) -> None:
    store(ledger, FIRST, arrival(rows(A="north", B="north")))
    store(ledger, FIRST + WEEK, arrival(rows(A="south")))
    before = row_versions_of(ledger, "applications", 2), ledger.loads(), ledger.receipts()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    after = row_versions_of(ledger, "applications", 2), ledger.loads(), ledger.receipts()
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))


def test_every_load_of_every_ledger_has_an_edition_of_its_own(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(f"sqlite:///{tmp_path / 'other.sqlite'}")
    other.create("A review", demonstration=False)
    for each in (ledger, other):
        store(each, FIRST, arrival(rows(A="north")))
        store(each, FIRST, arrival(rows(A="south"), fingerprint="g"))
    editions = [each.stamp(version).edition for each in (ledger, other) for version in (0, 1, 2)]
    assert len(set(editions)) == 6
    assert editions == [each.stamp(version).edition for each in (ledger, other) for version in (0, 1, 2)]
    other.engine.dispose()


OTHERS = "received_on, route, area, in_scope, recorded_from"


@pytest.mark.long
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO applications SELECT * FROM applications WHERE closed_by IS NULL",
        "INSERT OR REPLACE INTO applications SELECT * FROM applications WHERE closed_by IS NOT NULL",
        (
            f"INSERT OR REPLACE INTO applications (rowid, application_ref, opened_by, {OTHERS}) "
            f"SELECT rowid, 'Z', 1, {OTHERS} FROM applications"
        ),
        (
            f"INSERT OR REPLACE INTO applications (application_ref, opened_by, {OTHERS}) "
            f"SELECT application_ref, 2, {OTHERS} FROM applications WHERE closed_by IS NULL"
        ),
        "INSERT OR REPLACE INTO loads SELECT load, '2020-01-01', loaded_at, note FROM loads",
        "INSERT OR REPLACE INTO receipts SELECT * FROM receipts",
        "INSERT OR REPLACE INTO applications_keys SELECT * FROM applications_keys",
        "INSERT OR REPLACE INTO review SELECT one, 'x', name, demonstration FROM review",
    ],
)
@pytest.mark.parametrize("ours", [True, False])
def test_sqlite_refuses_to_replace_a_row(tmp_path: Path, statement: str, ours: bool) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.create("A review", demonstration=False)
    store(ledger, FIRST, arrival(rows(A="north", B="north")))
    store(ledger, FIRST + WEEK, arrival(rows(A="south"), fingerprint="g"))
    before = row_versions_of(ledger, "applications", 2), ledger.loads(), ledger.receipts(), ledger.id()
    if ours:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    else:
        other = sqlite3.connect(tmp_path / "ledger.sqlite")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), other:
            other.execute(statement)
        other.close()
    after = row_versions_of(ledger, "applications", 2), ledger.loads(), ledger.receipts(), ledger.id()
    assert before[3] == after[3]
    assert all(one.equals(other) for one, other in zip(before[:3], after[:3], strict=True))
    ledger.engine.dispose()
