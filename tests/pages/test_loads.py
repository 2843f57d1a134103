"""The Data page: what each load removed, and loads that no longer count."""

import dataclasses
import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from data.review import Review, new_review
from data.schema import SCHEMAS
from data.supersede import supersede
from tests.loading import sealed_loading
from tests.pages.conftest import MAIN, open_at, sign_in
from tests.pages.reading import one_enquiry, tables

DAY = dt.date(2024, 6, 6)
WEEK = dt.timedelta(days=7)


def store(review: Review, day: dt.date, *refs: str) -> None:
    one = one_enquiry(dt.date(2024, 6, 4))
    rows = pl.concat([one.rows.with_columns(enquiry_ref=pl.lit(ref)) for ref in refs])
    rows = rows.cast(dict(pl.Schema(SCHEMAS["enquiries"])))
    arrival = dataclasses.replace(one, rows=rows, whole=True, read=len(refs), fingerprint=str(day))
    with sealed_loading(review, day) as loading:
        loading.store(arrival)


@pytest.fixture
def review(demonstration: Review, tmp_path: Path) -> Review:
    made = new_review(tmp_path / "one", demonstration.folder / "terms.toml")
    store(made, DAY, "E-1", "E-2", "E-3", "E_4")
    store(made, DAY + WEEK, "E-1", "E-2")
    return made


def opened(
    review: Review, monkeypatch: pytest.MonkeyPatch, role: Role = Role.ANALYST, **query: str
) -> AppTest:
    monkeypatch.setenv("CANDOUR_REVIEW", str(review.folder))
    sign_in(review.folder, monkeypatch, role)
    page = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    open_at(page, "data")
    assert not page.exception, page.exception[0].stack_trace
    return page


def text(page: AppTest) -> str:
    return " ".join([*(each.value for each in page.markdown), *(each.value for each in page.warning)])


def removed(page: AppTest) -> list[tuple[str, ...]]:
    return next(each for each in tables(page) if "Removed row" in each.columns).rows()


def test_what_a_load_removed_is_told_by_table_and_row_with_its_day(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(review, monkeypatch, load_part="Removed rows")
    assert "On 13 June 2024 load 2 removed 2 rows: enquiries 2." in text(page)
    assert removed(page) == [("Enquiries", "E-3"), ("Enquiries", "E_4")]
    first = opened(review, monkeypatch, load="1", load_part="Removed rows")
    assert "This load removed no row." in [each.value for each in first.caption]


def test_which_rows_were_removed_is_shown_to_those_who_may_see_rows_only(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(review, monkeypatch, Role.RELEASE_APPROVER, load_part="Removed rows")
    assert "removed 2 rows: enquiries 2" in text(page)
    assert not any("Removed row" in each.columns for each in tables(page))
    assert "E-3" not in str(tables(page))


def test_a_superseded_load_is_marked_and_what_it_did_can_still_be_read(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    supersede(review, 2, "Recorded on a wrong day")
    page = opened(review, monkeypatch, load_part="Removed rows")
    listed = tables(page)[0]
    assert listed["Load"].to_list() == [2, 1]
    assert listed["Counts"].to_list() == ["Superseded by load 3", ""]
    assert page.header[0].value == "1 load. The last, of 6 June 2024, had no rejected rows."
    assert "Load 2 was superseded by load 3" in text(page)
    assert "Recorded on a wrong day" in text(page)
    assert removed(page) == [("Enquiries", "E-3"), ("Enquiries", "E_4")]


def test_a_review_of_which_no_load_stands_has_nothing_to_show(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    supersede(review, 2, "Recorded on a wrong day")
    supersede(review, 1, "Recorded on a wrong day")
    page = opened(review, monkeypatch)
    assert page.info[0].value.startswith("Nothing has been loaded into ")


def test_three_loads_and_more_are_drawn_with_their_rejected_rows(app, demonstration: Review) -> None:
    page = app("data")
    receipts = demonstration.ledger.receipts()
    page.segmented_control(key="form_load_rows").set_value("Table").run()
    drawn = tables(page)[0]
    assert drawn["Rows"].sum() == receipts["accepted"].sum() + receipts["quarantined"].sum()
    assert drawn["Rejected"].sum() == receipts["quarantined"].sum()


def test_two_loads_are_listed_and_not_drawn(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(review, monkeypatch)
    assert not page.get("plotly_chart")
    assert tables(page)[0].height == 2
