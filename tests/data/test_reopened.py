"""Whatever is done to a file of an export after it was written is found when it is opened again."""

import datetime as dt
import io
from pathlib import Path

import polars as pl
import pytest

from data.csv_safe import separated
from data.errors import UserError
from data.reopened import expect_columns, expect_files, expect_separated

MARKING = "OFFICIAL-SENSITIVE"
ROWS = pl.DataFrame(
    {
        "ref": ["A-1", "=B\n2", 'C,"3"', None],
        "grade": pl.Series(["high", None, "low", "high"], dtype=pl.Enum(["low", "high"])),
        "on": [dt.date(2024, 1, 11), None, None, dt.date(2024, 1, 12)],
        "harm": [True, False, None, None],
        "share": [0.1, 1e-9, None, 3.0],
        "people": [1, None, 3, 4],
    }
)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_bytes(separated(ROWS, MARKING))
    return tmp_path / "a.csv"


def columnar(rows: pl.DataFrame, path: Path, **said: str) -> Path:
    rows.write_parquet(path, metadata={"marking": MARKING} | said)
    return path


def test_what_was_written_is_what_was_asked(text: Path, tmp_path: Path) -> None:
    expect_separated(text, ROWS, MARKING)
    expect_columns(columnar(ROWS, tmp_path / "a.parquet"), ROWS, MARKING)
    expect_files(tmp_path, {"a.csv", "a.parquet"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"A-1", b"A-2"),
        (b"high,2024", b"low,2024"),
        (b"2024-01-12", b"2024-01-13"),
        (b"true", b"false"),
        (b"0.1", b"0.10001"),
        (b"0.1", b"much"),
        (b"'=B", b"=B"),
        (b"ref,grade", b"grade,ref"),
        (b"OFFICIAL-SENSITIVE", b"OFFICIAL"),
        (b"A-1,", b"A-1,,"),
        (b"A-1", b"A-\xff"),
        (b'C,""3""', b'C,"3"'),
        (b",4\n", b",4\nA-9,high,,,,\n"),
        (b"A-1,high,2024-01-11,true,0.1,1\n", b""),
    ],
)
def test_text_that_was_changed_is_found(text: Path, before: bytes, after: bytes) -> None:
    whole = text.read_bytes()
    assert before in whole
    text.write_bytes(whole.replace(before, after))
    with pytest.raises(UserError, match=r"What was written as a\.csv is not what was asked for, and nothing"):
        expect_separated(text, ROWS, MARKING)


@pytest.mark.parametrize("length", [0, 3, 60])
def test_text_that_was_cut_short_is_found(text: Path, length: int) -> None:
    text.write_bytes(text.read_bytes()[:length])
    with pytest.raises(UserError, match=r"a\.csv"):
        expect_separated(text, ROWS, MARKING)


@pytest.mark.parametrize(
    "changed",
    [
        ROWS.head(3),
        ROWS.drop("share"),
        ROWS.select(reversed(ROWS.columns)),
        ROWS.with_columns(more=pl.lit(1)),
        ROWS.with_columns(ref=pl.lit("A-1")),
        ROWS.cast({"people": pl.Int32}),
    ],
)
def test_columns_that_were_changed_are_found(tmp_path: Path, changed: pl.DataFrame) -> None:
    with pytest.raises(UserError, match=r"a\.parquet"):
        expect_columns(columnar(changed, tmp_path / "a.parquet"), ROWS, MARKING)


def test_columns_that_say_more_or_are_no_columns_are_found(tmp_path: Path) -> None:
    path = columnar(ROWS, tmp_path / "a.parquet", author="amina")
    with pytest.raises(UserError, match=r"a\.parquet"):
        expect_columns(path, ROWS, MARKING)
    buffer = io.BytesIO()
    ROWS.write_parquet(buffer, metadata={"marking": MARKING})
    path.write_bytes(buffer.getvalue()[:-20])
    with pytest.raises(UserError, match=r"a\.parquet"):
        expect_columns(path, ROWS, MARKING)


def test_a_folder_that_holds_another_file_is_found(text: Path) -> None:
    text.with_name("b.csv").touch()
    with pytest.raises(UserError, match="is not what was asked for"):
        expect_files(text.parent, {"a.csv"})
