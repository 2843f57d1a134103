"""Moments become days of the review's own time zone, whatever kind of source they come from."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import sqlalchemy as sa
import xlsxwriter

from data.review import open_review
from tests.data.conftest import Loader, applications, lines, plan_of
from tests.data.intake.workbooks import fill, workbook

pytestmark = pytest.mark.usefixtures("forked_child")

SUMMER = [dt.date(2023, 3, 26) + dt.timedelta(days=number) for number in range(218)]
"""Days of 2023 around British Summer Time: the day of each change is the first and the last but one."""
REST = ["right to ask", "north", None, None]
NAMES = ("Ref", "Received", "Route", "Area", "Decision", "Decided")
READ_TABLE = plan_of(applications() | {"source_table": "cases"})


def moments(zone: str = "Europe/London") -> list[dt.datetime]:
    """Midnight of each day in a zone, in UTC."""
    return [dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC) for day in SUMMER]


def days_loaded(desk: Loader) -> list[dt.date]:
    return desk.now().sort("application_ref")["received_on"].to_list()


def in_zone(desk: Loader, zone: str) -> None:
    terms = desk.review.folder / "terms.toml"
    terms.write_text(f'time_zone = "{zone}"\n{terms.read_text()}')
    desk.review = open_review(desk.review.folder)


def frame(values: list[Any]) -> pl.DataFrame:
    rows = [(f"A-{number:03}", value, *REST) for number, value in enumerate(values)]
    return pl.DataFrame(rows, schema=list(NAMES), orient="row", infer_schema_length=None)


def parquet(desk: Loader, values: pl.DataFrame) -> str:
    path = desk.folder / "register.parquet"
    values.write_parquet(path)
    return str(path)


def stored(url: str, kind: Any, values: list[Any]) -> None:
    engine = sa.create_engine(sa.make_url(url), poolclass=sa.NullPool)
    kinds = {"Received": kind}
    columns = (sa.Column(name, kinds.get(name, sa.String)) for name in NAMES)
    table = sa.Table("cases", sa.MetaData(), *columns)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), frame(values).to_dicts())


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_every_summer_midnight_of_a_csv_in_utc_is_the_day_that_it_began(desk: Loader, zone: str) -> None:
    in_zone(desk, zone)
    rows = (f"A-{n:03},{at:%Y-%m-%dT%H:%M:%SZ},right to ask,north,," for n, at in enumerate(moments(zone)))
    (receipt,) = desk.take(lines(*rows)).receipts
    assert days_loaded(desk) == SUMMER
    assert (f"were read as days in {zone}" in receipt.warnings) == (zone == "Europe/London")
    assert "Times of day" not in receipt.warnings


def test_every_summer_midnight_of_a_workbook_in_utc_is_the_day_that_it_began(desk: Loader) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        rows = ([f"A-{n:03}", str(at), *REST] for n, at in enumerate(moments()))
        fill(book.add_worksheet(), *rows)

    desk.load(workbook(desk, write))
    assert days_loaded(desk) == SUMMER


@pytest.mark.long
@pytest.mark.parametrize("held_in", ["UTC", "Asia/Tokyo", "Europe/London"])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_every_summer_midnight_of_a_parquet_file_is_the_day_that_it_began(
    desk: Loader, held_in: str, unit: Any
) -> None:
    zoned = frame(moments()).with_columns(pl.col("Received").cast(pl.Datetime(unit, "UTC")))
    desk.load(parquet(desk, zoned.with_columns(pl.col("Received").dt.convert_time_zone(held_in))))
    assert days_loaded(desk) == SUMMER


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S+00:00", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%dT%H:%M+00"])
def test_every_summer_midnight_of_a_database_in_utc_is_the_day_that_it_began(desk: Loader, form: str) -> None:
    url = f"sqlite:///{desk.folder / 'register.db'}"
    stored(url, sa.String, [at.strftime(form) for at in moments()])
    desk.load(url, plan=READ_TABLE)
    assert days_loaded(desk) == SUMMER


@pytest.mark.postgres
@pytest.mark.parametrize("session", ["UTC", "Europe/London", "America/New_York"])
def test_every_summer_midnight_of_postgresql_is_the_day_that_it_began(
    desk: Loader, postgres_url: str, session: str
) -> None:
    url = postgres_url.replace("postgresql:", "postgresql+psycopg:")
    stored(url, sa.DateTime(timezone=True), moments())
    options = f"{'&' if '?' in postgres_url else '?'}options=-c%20timezone%3D{session.replace('/', '%2F')}"
    desk.load(postgres_url + options, plan=READ_TABLE)
    assert days_loaded(desk) == SUMMER


def test_moments_without_a_zone_and_days_stay_as_they_are(desk: Loader) -> None:
    late = [dt.datetime.combine(day, dt.time(23, 30)) for day in SUMMER]
    desk.load(parquet(desk, frame(late)))
    assert days_loaded(desk) == SUMMER
    desk.load(parquet(desk, frame(list(SUMMER))), confirm_corrections=True)
    assert days_loaded(desk) == SUMMER
    rows = (f"A-{n:03},{at},right to ask,north,," for n, at in enumerate(late))
    desk.take(lines(*rows), confirm_corrections=True)
    assert days_loaded(desk) == SUMMER


def test_a_value_of_the_mapping_for_every_row_is_read_in_the_same_zone(desk: Loader) -> None:
    plan = plan_of(applications(received_on={"value": "2023-06-30T23:00:00Z"}))
    desk.take(lines("A-1,,right to ask,north,,"), plan=plan)
    assert days_loaded(desk) == [dt.date(2023, 7, 1)]
