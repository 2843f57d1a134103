import datetime as dt

import polars as pl

from data.intake.columnar_child import KIND, REASONS, UNREADABLE, as_text, cells_as_text

MOMENT = dt.datetime(2023, 6, 30, 23, tzinfo=dt.UTC)
FRAME = pl.DataFrame(
    {"ref": [1.0, float("nan"), None], "at": [MOMENT, None, MOMENT], "area": ["north", None, ""]}
)


def test_typed_columns_become_the_text_of_a_csv_and_the_odd_cells_are_known() -> None:
    texts, kinds = as_text(FRAME)
    assert texts.to_dict(as_series=False) == {
        "ref": ["1", "NaN", ""],
        "at": ["2023-06-30 23:00:00.000000Z", "", "2023-06-30 23:00:00.000000Z"],
        "area": ["north", "", ""],
    }
    assert kinds.to_dict(as_series=False) == {"ref": [None, "nan", None], "at": ["date", None, "date"]}


def test_cells_of_any_type_become_the_same() -> None:
    texts, kinds = cells_as_text(
        ["ref", "at"], [(1.0, MOMENT), (b"A", None), (True, dt.date(2023, 7, 1)), (2, "x")]
    )
    assert texts.rows() == [
        ("1", "2023-06-30 23:00:00+00:00"), (UNREADABLE, ""), ("True", "2023-07-01"), ("2", "x"),
    ]  # fmt: skip
    assert kinds.rows() == [(None, "date"), ("bytes", None), ("flag", "date"), (None, None)]


def test_no_rows_have_texts_of_every_column_and_no_kinds() -> None:
    texts, kinds = cells_as_text(["ref", "at"], [])
    assert (texts.columns, texts.height, kinds.width) == (["ref", "at"], 0, 0)
    assert as_text(FRAME.clear())[1].width == 0


def test_every_kind_has_a_reason() -> None:
    assert KIND.categories.to_list() == list(REASONS)
