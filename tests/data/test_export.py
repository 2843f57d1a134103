import datetime as dt
import io
import os
from pathlib import Path

import polars as pl
import pytest

import data.export
from data.csv_safe import separated
from data.errors import UserError
from data.export import expect_columns, expect_files, expect_separated, export
from data.intake.load import load
from data.review import new_review
from data.snapshot import Snapshot
from tests.conftest import TERMS
from tests.data.conftest import DAY, Loader, lines

WHY = "The yearly return to the office"


def test_demonstration_data_is_labelled_in_the_note_and_in_every_name(desk: Loader, tmp_path: Path) -> None:
    terms = tmp_path / "shown.toml"
    terms.write_text(f"demonstration = true\n{TERMS}")
    review = new_review(tmp_path / "shown", terms)
    file = desk.file(lines("A-1,01/02/2020,right to ask,north,,"))
    load(review, [file], desk.plan, recorded_on=DAY, demonstration=True)
    note, *files = export(review, tmp_path / "out", reason=WHY)
    marking = "OFFICIAL-SENSITIVE · DEMONSTRATION DATA"
    assert note.read_text().startswith(f"{marking}\n")
    assert all(path.name.startswith("demonstration-") for path in files)
    for path in files:
        if path.suffix == ".csv":
            written = path.read_text(encoding="utf-8-sig").splitlines()
            assert written[0] == written[-1] == marking
        else:
            assert pl.read_parquet_metadata(path)["marking"] == marking
    review.ledger.engine.dispose()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_real_data_is_not_labelled_as_a_demonstration(desk: Loader, tmp_path: Path, suffix: str) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    note, *files = export(desk.review, tmp_path / "out", reason=WHY)
    assert note.read_text().startswith("OFFICIAL-SENSITIVE\n")
    assert "demonstration" not in note.read_text().lower()
    assert not any(b"DEMONSTRATION" in path.read_bytes() for path in files)
    assert {path.name for path in files} >= {f"applications.{suffix}", f"staffing.{suffix}"}


def test_an_export_that_stops_half_way_leaves_nothing(
    desk: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    exporting = data.export._known_rows

    def fail(snapshot: Snapshot, table: str, day: dt.date | None) -> pl.DataFrame:
        if table == "reviews":
            raise OSError("No space left on device")
        return exporting(snapshot, table, day)

    monkeypatch.setattr(data.export, "_known_rows", fail)
    (tmp_path / "beside").mkdir()
    with pytest.raises(OSError, match="No space"):
        export(desk.review, tmp_path / "beside" / "out", reason=WHY)
    assert list((tmp_path / "beside").iterdir()) == []
    monkeypatch.undo()
    assert export(desk.review, tmp_path / "beside" / "out", reason=WHY)[0].exists()


def test_an_export_is_of_one_version_though_a_load_comes_between(
    desk: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    taken: list[int] = []

    def count(snapshot: Snapshot, table: str, _: dt.date | None) -> pl.DataFrame:
        taken.append(snapshot.version)
        if table == "applications":
            desk.take(lines("A-1,01/02/2020,right to ask,south,,"), on=DAY + dt.timedelta(days=7))
        return pl.DataFrame({"version": [snapshot.version]})

    monkeypatch.setattr(data.export, "_known_rows", count)
    note, *_ = export(desk.review, tmp_path / "out", reason=WHY)
    assert set(taken) == {1}
    assert "from loads 1 to 1" in note.read_text()


@pytest.mark.parametrize("days", [-1, 8])
def test_a_day_outside_the_loads_cannot_be_told(desk: Loader, tmp_path: Path, days: int) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    desk.take(lines("A-1,01/02/2020,right to ask,south,,"), on=DAY + dt.timedelta(days=7))
    with pytest.raises(
        UserError, match="the loads are from 11 January 2024 to 18 January 2024, so choose a day"
    ):
        export(desk.review, tmp_path / "out", reason=WHY, known_on=DAY + dt.timedelta(days=days))
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_that_is_there_is_filled(desk: Loader, tmp_path: Path) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    (tmp_path / "out").mkdir()
    note, *_ = export(desk.review, tmp_path / "out", reason=WHY, known_on=DAY)
    assert note.parent == tmp_path / "out"
    assert "As known on 11 January 2024, from loads 1 to 1" in note.read_text()


@pytest.mark.long
@pytest.mark.parametrize("reason", ["", "short    ", "x" * 401, "two\nlines, long enough"])
def test_a_reason_that_is_none_is_refused_before_anything_is_done(
    desk: Loader, tmp_path: Path, reason: str
) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    with pytest.raises(UserError, match="in one line of 10 to 400 characters"):
        export(desk.review, tmp_path / "out", reason=reason)
    assert not (tmp_path / "out").exists()


def said(desk: Loader) -> list[tuple[str, str, str]]:
    with desk.review.record.reading() as rows:
        return [(row.kind, row.reason, row.outcome) for row in rows][2:]  # after those of the load


def test_the_reason_is_in_the_record_and_in_the_note(desk: Loader, tmp_path: Path) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    note, *_ = export(desk.review, tmp_path / "out", reason=f" {WHY} ")
    assert f"\nTaken because: {WHY}\n" in note.read_text()
    assert said(desk) == [("disclosure", WHY, "allowed")]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
def test_an_export_is_its_owners_alone(desk: Loader, tmp_path: Path) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    (tmp_path / "out").mkdir(mode=0o755)
    before = os.umask(0o022)
    files = export(desk.review, tmp_path / "out", reason=WHY)
    os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_an_export_bears_the_marking_of_its_deployment(desk: Loader, tmp_path: Path) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    (desk.review.folder / "settings.toml").write_text('mode = "single-user"\nmarking = "OFFICIAL: PART 3"\n')
    note, columns, text, *_ = export(desk.review, tmp_path / "out", reason=WHY)
    assert note.read_text().startswith("OFFICIAL: PART 3\n")
    assert pl.read_parquet_metadata(columns)["marking"] == "OFFICIAL: PART 3"
    assert text.read_text(encoding="utf-8-sig").startswith("OFFICIAL: PART 3\n")


def test_a_file_that_is_not_what_was_asked_is_not_kept_and_that_is_written_down(
    desk: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    making = data.export.separated
    monkeypatch.setattr(data.export, "separated", lambda rows, marking: making(rows.head(0), marking))
    (tmp_path / "beside").mkdir()
    with pytest.raises(UserError, match=r"What was written as applications\.csv is not what was asked for"):
        export(desk.review, tmp_path / "beside" / "out", reason=WHY)
    assert list((tmp_path / "beside").iterdir()) == []
    assert said(desk) == [("disclosure", WHY, "allowed"), ("disclosure", WHY, "failed")]


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
