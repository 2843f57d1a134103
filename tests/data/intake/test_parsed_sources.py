"""Parquet, databases and workbooks, and the child that parses them: what it may use, and that it always ends."""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest
import sqlalchemy as sa

from data.errors import UserError
from data.intake import child, parsed_sources
from data.intake.extract import Source
from data.intake.parsed_sources import DatabaseTable, ParquetFile, Workbook, located
from tests.data.conftest import DAY, HEADER, Loader, applications, plan_of
from tests.data.intake.test_load_record import said
from tests.data.intake.workbooks import GOOD_ROWS, by_hand, cells

REGISTER = pl.DataFrame(
    {
        "Ref": ["A-1", "A-2", None, "A-3"],
        "Received": [dt.date(2020, 2, 1), dt.date(2020, 2, 2), None, None],
        "Route": pl.Series(["right to ask", "right to know", None, "right to ask"], dtype=pl.Categorical),
        "Area": ["north", "south", None, "north"],
        "Decision": ["disclosure", None, None, None],
        "Decided": [dt.datetime(2020, 2, 2, 9, 30, tzinfo=dt.UTC), None, None, None],
        "Name": ["Somebody"] * 3 + [None],
    }
)


def parquet(desk: Loader, frame: pl.DataFrame = REGISTER) -> str:
    path = desk.folder / "register.parquet"
    frame.write_parquet(path)
    return str(path)


def database(desk: Loader, frame: pl.DataFrame = REGISTER) -> str:
    url = f"sqlite:///{desk.folder / 'register.db'}"
    copy_into(url, frame)
    return url


def copy_into(url: str, frame: pl.DataFrame) -> None:
    engine = sa.create_engine(sa.make_url(url), poolclass=sa.NullPool)
    kinds = {pl.Date: sa.Date, pl.Datetime: sa.DateTime}
    table = sa.Table(
        "cases",
        sa.MetaData(),
        *(sa.Column(name, kinds.get(type(kind), sa.String)) for name, kind in frame.schema.items()),
    )
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), frame.to_dicts())


MAPPED = applications() | {"source_table": "cases"}


@pytest.mark.usefixtures("forked_child")
def test_a_parquet_file_gives_the_rows_that_a_csv_would(desk: Loader) -> None:
    (receipt,) = desk.load(parquet(desk)).receipts
    assert (receipt.read, receipt.accepted, receipt.quarantined, receipt.ignored) == (4, 2, 1, 1)
    assert receipt.dropped == "Name"
    assert desk.held() == [(5, "received_on", "(empty)", "is empty, but every row needs one")]
    assert desk.now()["decided_on"].to_list() == [dt.date(2020, 2, 2), None]


@pytest.mark.usefixtures("forked_child")
def test_numbers_in_parquet_may_be_references(desk: Loader) -> None:
    numbered = REGISTER.head(2).with_columns(Ref=pl.Series([123, 456]))
    desk.load(parquet(desk, numbered))
    assert desk.now()["application_ref"].to_list() == ["123", "456"]


@pytest.mark.usefixtures("forked_child")
def test_a_parquet_file_cut_short_is_refused(desk: Loader) -> None:
    data = (desk.folder / "register.parquet").read_bytes() if parquet(desk) else b""
    with pytest.raises(UserError, match=r"cut\.parquet is cut short or damaged"):
        desk.load(desk.file(data[:-100], "cut.parquet"))


@pytest.mark.usefixtures("forked_child")
def test_lists_in_a_mapped_column_are_refused(desk: Loader) -> None:
    nested = REGISTER.with_columns(Area=pl.Series([["north"], ["south"], [], []]))
    with pytest.raises(UserError, match="the column 'Area' holds lists or bytes"):
        desk.load(parquet(desk, nested))


def test_a_table_in_a_sqlite_database_is_read(desk: Loader) -> None:
    (receipt,) = desk.load(database(desk), plan=plan_of(MAPPED)).receipts
    assert (receipt.file, receipt.accepted, receipt.quarantined) == ("register.db:cases", 2, 1)
    assert desk.now()["received_on"].to_list() == [dt.date(2020, 2, 1), dt.date(2020, 2, 2)]


@pytest.mark.postgres
def test_a_table_in_a_postgresql_database_is_read(desk: Loader, postgres_url: str) -> None:
    copy_into(postgres_url.replace("postgresql:", "postgresql+psycopg:"), REGISTER)
    (receipt,) = desk.load(postgres_url, plan=plan_of(MAPPED)).receipts
    assert (receipt.accepted, receipt.quarantined) == (2, 1)


def test_the_same_database_twice_changes_nothing(desk: Loader) -> None:
    url = database(desk)
    assert desk.load(url, plan=plan_of(MAPPED)).kept
    assert not desk.load(url, plan=plan_of(MAPPED), on=DAY + dt.timedelta(days=7)).kept


@pytest.mark.parametrize(
    ("url", "mapped", "said"),
    [
        ("sqlite:///nowhere.db", MAPPED, "There is no database file nowhere.db"),
        ("oracle://host/name", MAPPED, "No driver for oracle is installed"),
        ("://", MAPPED, "That is no database URL"),
        (None, applications(), "does not say which table of register.db to read"),
        (None, MAPPED | {"source_table": "case"}, "has no table 'case'; it has: cases"),
        (
            None,
            MAPPED | {"source_table": "main.case"},
            "the schema main of register.db has no table 'case'; it has: cases",
        ),
        (None, MAPPED | {"source_table": "dbo.cases"}, "has no table 'dbo.cases'; it has: cases"),
    ],
)
def test_a_database_that_cannot_be_read_is_refused(
    desk: Loader, url: str | None, mapped: dict[str, object], said: str
) -> None:
    with pytest.raises(UserError) as refused:
        desk.load(url or database(desk), plan=plan_of(mapped))
    assert said in str(refused.value)
    assert not (desk.folder.parent / "nowhere.db").exists()


@pytest.mark.usefixtures("forked_child")
@pytest.mark.parametrize("kind", [pl.Float64, pl.Float32, pl.Decimal(10, 2)])
def test_whole_numbers_with_a_gap_are_the_references_that_a_csv_would_give(desk: Loader, kind: Any) -> None:
    numbered = REGISTER.with_columns(Ref=pl.Series([101, 102.5, None, 30], dtype=pl.Float64).cast(kind))
    desk.load(parquet(desk, numbered.head(2)))
    assert desk.now()["application_ref"].to_list()[0] == "101"
    assert desk.now()["application_ref"].to_list()[1].startswith("102.5")


@pytest.mark.parametrize("kind", [sa.Float, sa.Numeric(10, 2)])
def test_whole_numbers_of_a_database_are_the_references_that_a_csv_would_give(
    desk: Loader, kind: Any
) -> None:
    url = f"sqlite:///{desk.folder / 'numbers.db'}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    names = ("Received", "Route", "Area", "Decision", "Decided")
    columns = [sa.Column("Ref", kind), *(sa.Column(name, sa.String) for name in names)]
    table = sa.Table("cases", sa.MetaData(), *columns)
    with engine.begin() as connection:
        table.create(connection)
        given = [{"Ref": Decimal(100), "Received": "2020-02-01", "Route": "right to ask", "Area": "north"}]
        connection.execute(table.insert(), given)
    desk.load(url, plan=plan_of(MAPPED))
    assert desk.now()["application_ref"].to_list() == ["100"]


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        for name in ("cases", '"main.odd"', '"a.b.c"'):
            connection.exec_driver_sql(f"CREATE TABLE {name} (ref TEXT)")
        connection.exec_driver_sql("CREATE VIEW seen AS SELECT * FROM cases")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ("cases", (None, "cases")),
        ("main.cases", ("main", "cases")),
        ("main.odd", (None, "main.odd")),
        ("main.main.odd", None),
        ("a.b.c", (None, "a.b.c")),
        ("seen", (None, "seen")),
        ("main.seen", ("main", "seen")),
    ],
)
def test_a_table_is_found_by_its_whole_name_first_and_then_by_its_schema(engine, named, place):
    if place is None:
        with pytest.raises(UserError, match="has no table"):
            located(engine, named, "register.db")
    else:
        assert located(engine, named, "register.db") == place


@pytest.mark.parametrize("named", ["none", "other.cases", "main.none"])
def test_a_table_that_is_missing_is_not_among_those_that_are_listed(engine, named):
    with pytest.raises(UserError) as raised:
        located(engine, named, "register.db")
    listed = str(raised.value).rpartition("it has: ")[2].removesuffix(".").split(", ")
    assert named not in listed
    assert set(listed) == {"cases", "main.odd", "a.b.c", "seen"}


@pytest.fixture
def book(desk: Loader) -> Workbook:
    return Workbook(Path(desk.file(by_hand(GOOD_ROWS), "register.xlsx")))


@pytest.mark.usefixtures("book")
def test_several_workbooks_are_read_at_once_and_none_gets_the_rows_of_another(desk: Loader) -> None:
    files = [by_hand(GOOD_ROWS + cells(3, f"A-{n}", "x", "x", "x")) for n in (2, 3)]
    books = [Workbook(Path(desk.file(data, f"{place}.xlsx"))) for place, data in enumerate(files)]
    with ThreadPoolExecutor(2) as pool:
        extracts = list(pool.map(lambda each: each.extract("Data", 1, [0], 6), books))
    assert [each.rows["0"].to_list() for each in extracts] == [["A-1", f"A-{n}"] for n in (2, 3)]


def test_a_workbook_too_large_to_read_is_not_read(book: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workbook, "most_packed", 100)
    with pytest.raises(UserError, match="and a workbook may have 0: save the table as CSV"):
        Workbook(book._given._path)


def test_a_zip_of_something_else_is_no_workbook(desk: Loader) -> None:
    data = by_hand(GOOD_ROWS).replace(b"xl/workbook.xml", b"xl/workbook.bin")
    with pytest.raises(UserError, match=r"is no XLSX workbook: save the table as \.xlsx or CSV"):
        Workbook(Path(desk.file(data, "register.xlsb")))


def test_heads_are_those_of_the_visible_sheets(book: Workbook) -> None:
    (records,) = book.heads().values()
    assert records == [HEADER.split(","), ["A-1", "2020-02-01", "right to ask", "north", "", ""]]


CONFINED = f"import runpy; runpy.run_path({child.__file__!r})['confine']();"
Make = Callable[[Loader], Source]
MAKES: dict[str, Make] = {
    "workbook": lambda desk: Workbook(Path(desk.file(by_hand(GOOD_ROWS), "register.xlsx"))),
    "parquet": lambda desk: ParquetFile(Path(parquet(desk))),
}


@pytest.fixture(params=list(MAKES))
def source(desk: Loader, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Source]:
    """A good source of each kind; when the test has ended no file of a child's is left, and no process."""
    rest = desk.folder / "rest"
    rest.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rest))
    before = psutil.Process().children()
    yield MAKES[request.param](desk)
    assert list(rest.iterdir()) == []
    assert set(psutil.Process().children()) <= set(before)


def stand_in(desk: Loader, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Run another program where the child would be run."""
    monkeypatch.setattr(child, "__file__", desk.file(program, "child.py"))


def extract(source: Source) -> pl.DataFrame:
    ((part, _),) = source.heads().items()
    return source.extract(part, 1, [0, 2], 6).rows


def test_every_kind_is_read_by_a_child_that_is_gone_afterwards(source: Source) -> None:
    assert extract(source).rows()[0] == (2, "A-1", "right to ask")


def test_a_child_knows_no_secret(desk: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOUR_LEDGER", "postgresql://secret")
    stand_in(desk, monkeypatch, "import json, os; print(json.dumps({'names': [*os.environ]}))")
    ((known,),) = ParquetFile(Path(parquet(desk))).heads().values()
    assert set(known) <= {*parsed_sources.ENVIRONMENT, "LC_CTYPE"}


WORKED = "import pathlib, sys; pathlib.Path(sys.argv[-1]).write_bytes({}); print('{{}}')"


@pytest.mark.long
@pytest.mark.usefixtures("forked_child")
@pytest.mark.parametrize(
    ("program", "too_much"),
    [
        ("import time; time.sleep(600)", True),
        ("import os; os.abort()", True),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", True),
        (f"{CONFINED} bytearray(8 << 30)", True),
        ("import sys; print('x' * (9 << 20), file=sys.stderr); raise MemoryError", True),
        ("raise OSError(27, 'File too large')", True),
        ("print('x' * (33 << 20))", True),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", False),
        ("raise SystemExit(3)", False),
        ("raise BaseException('a panic')", False),
        ("pass", False),
        ("print('no answer')", False),
        ("print('[1]')", False),
        ("print('{}')", False),
        (WORKED.format("b''"), False),
        (WORKED.format("b'ARROW1' * 100"), False),
    ],
    ids=["waits", "aborts", "is killed", "grows", "complains", "writes without end", "talks without end", "goes astray",
         "fails", "panics", "is silent", "talks nonsense", "talks of others", "writes nothing", "writes an empty file",
         "writes nonsense"],
)  # fmt: skip
def test_a_child_that_fails_costs_a_sentence_and_leaves_nothing(
    desk: Loader, source: Source, monkeypatch: pytest.MonkeyPatch, program: str, too_much: bool
) -> None:
    # The headings of a workbook are asked for with its rows, and are there already.
    part = next(iter(source.heads())) if isinstance(source, Workbook) else ""
    stand_in(desk, monkeypatch, program)
    monkeypatch.setattr(parsed_sources, "MOST_SECONDS", 1 if "sleep" in program else 60)
    with pytest.raises(UserError) as raised:
        source.extract(part, 1, [0], 6)
    sentence = str(raised.value)
    assert sentence.startswith(source.name)
    assert ("asks for more memory or time than a register does" in sentence) == too_much
    assert ("export it" in sentence) or ("save it as CSV" in sentence)


@pytest.mark.parametrize(
    "column",
    [pl.Series("0", [1]), pl.Series("x", ["a"]), pl.Series("0", [b"\xff"])],
    ids=["numbers", "other names", "bytes"],
)
def test_a_child_that_hands_over_anything_but_text_is_not_believed(
    desk: Loader, monkeypatch: pytest.MonkeyPatch, column: pl.Series
) -> None:
    out = desk.folder / "handed.arrow"
    column.to_frame().write_ipc_stream(out)
    source = ParquetFile(Path(parquet(desk)))
    stand_in(desk, monkeypatch, WORKED.format(repr(out.read_bytes())))
    with pytest.raises(UserError, match=r"register\.parquet is cut short or damaged, and no Parquet file"):
        source.extract("", 1, [0], 6)


def test_rows_of_a_database_are_numbered_over_all_its_batches(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsed_sources, "ROWS_IN_A_BATCH", 2)
    engine = sa.create_engine(url := f"sqlite:///{desk.folder / 'register.db'}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE cases (ref, area)")
        connection.exec_driver_sql(
            "INSERT INTO cases VALUES (1, 'a'), (2, 'b'), (3, 'c'), (x'00', ''), (5, 'e')"
        )
    source = DatabaseTable(url, "cases")
    read = source.extract("", 1, [0, 1], 2)
    assert read.rows["row_number"].to_list() == [2, 3, 4, 5, 6]
    assert read.odd.drop_nulls().rows() == [(5, "bytes")]
    first = source.fingerprint
    source.extract("", 1, [1], 2)
    assert source.fingerprint != first


def test_more_text_of_a_database_than_the_limit_is_refused(desk: Loader) -> None:
    source = DatabaseTable(database(desk), "cases", most_bytes=100)
    with pytest.raises(UserError, match=r"^register\.db:cases comes to over 0 MB as text \(4 rows or more\)"):
        source.extract("", 1, [0], 6)


def test_a_number_of_a_database_that_has_no_text_is_a_sentence(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = DatabaseTable(database(desk), "cases")
    monkeypatch.setattr(
        source, "_fetched", lambda *_: iter([parsed_sources.cells_as_text(["0"], [[10**5000]])])
    )
    with pytest.raises(UserError, match=r"register\.db:cases holds what cannot be read: export it as CSV"):
        source.extract("", 1, [0], 6)


@pytest.mark.parametrize("program", ["import os; os.abort()", "raise BaseException('a panic')", "pass"])
@pytest.mark.parametrize("kind", ["parquet", "workbook"])
def test_a_child_that_dies_is_an_entry_in_the_record(
    desk: Loader, monkeypatch: pytest.MonkeyPatch, kind: str, program: str
) -> None:
    file = {
        "parquet": parquet,
        "workbook": lambda desk: desk.file(by_hand(GOOD_ROWS), "r.xlsx"),
    }[kind](desk)
    stand_in(desk, monkeypatch, program)
    with pytest.raises(UserError):
        desk.load(file, plan=plan_of(MAPPED))
    assert said(desk.review) == [("collection", "load of 1 file on 2024-01-11", "refused")]


def test_a_panic_in_this_process_is_a_sentence_and_an_entry_in_the_record(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panic(*_: object) -> None:
        raise pl.exceptions.PanicException("index out of bounds")

    monkeypatch.setattr(ParquetFile, "extract", panic)
    with pytest.raises(UserError, match="A file could not be read to its end, and nothing of it was kept"):
        desk.load(parquet(desk))
    assert said(desk.review) == [("collection", "load of 1 file on 2024-01-11", "failed")]


@pytest.mark.long
def test_what_ends_the_program_is_an_entry_too_and_what_a_person_stops_is_one_at_the_next_load(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for end, entries in ((KeyboardInterrupt, 0), (SystemExit, 2), (MemoryError, 3)):
        with monkeypatch.context() as patch:
            patch.setattr(ParquetFile, "extract", lambda *_, end=end: (_ for _ in ()).throw(end()))
            with pytest.raises(end):
                desk.load(parquet(desk))
        assert len(said(desk.review)) == entries
