"""The child that parses foreign files: what it knows, what it may use, and that it always ends."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import psutil
import pytest

from data.errors import UserError
from data.intake import child, parsed_sources
from data.intake.extract import Source
from data.intake.parsed_sources import DatabaseTable, ParquetFile, Workbook
from tests.data.conftest import Loader, plan_of
from tests.data.intake.test_load_record import said
from tests.data.intake.test_parsed_sources import MAPPED, database, parquet
from tests.data.intake.workbooks import GOOD_ROWS, by_hand

CONFINED = f"import runpy; runpy.run_path({child.__file__!r})['confine']();"
Make = Callable[[Loader], Source]
MAKES: dict[str, Make] = {
    "workbook": lambda desk: Workbook(Path(desk.file(by_hand(GOOD_ROWS), "register.xlsx"))),
    "parquet": lambda desk: ParquetFile(Path(parquet(desk))),
    "database": lambda desk: DatabaseTable(database(desk), "cases"),
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
    part = next(iter(source.heads()))
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
    source = DatabaseTable(database(desk), "cases")
    stand_in(desk, monkeypatch, WORKED.format(repr(out.read_bytes())))
    with pytest.raises(UserError, match=r"register\.db:cases holds what cannot be read: export it as CSV"):
        source.extract("", 1, [0], 6)


def test_the_child_of_a_database_opens_no_connection(desk: Loader) -> None:
    """The rows alone go to it: with the database gone it still reads them."""
    source = DatabaseTable(database(desk), "cases")
    (desk.folder / "register.db").unlink()
    assert source.extract("", 1, [0], 6).rows["0"].to_list() == ["A-1", "A-2", "A-3"]


@pytest.mark.parametrize("program", ["import os; os.abort()", "raise BaseException('a panic')", "pass"])
@pytest.mark.parametrize("kind", ["parquet", "workbook", "database"])
def test_a_child_that_dies_is_an_entry_in_the_record(
    desk: Loader, monkeypatch: pytest.MonkeyPatch, kind: str, program: str
) -> None:
    file = {
        "parquet": parquet,
        "database": database,
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


def test_what_ends_the_program_is_an_entry_too_but_not_what_a_person_stops(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for end, entries in ((KeyboardInterrupt, 0), (SystemExit, 1), (MemoryError, 2)):
        with monkeypatch.context() as patch:
            patch.setattr(ParquetFile, "extract", lambda *_, end=end: (_ for _ in ()).throw(end()))
            with pytest.raises(end):
                desk.load(parquet(desk))
        assert len(said(desk.review)) == entries
