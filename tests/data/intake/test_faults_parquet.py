"""Parquet files that are damaged, that lie, that are vast or locked, and any file that changes while it is read."""

import base64
import datetime as dt
import io
import random
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import polars as pl
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import UserError
from data.intake import load as loading_module
from data.intake.mapping import read_mapping
from data.intake.parsed_sources import ParquetFile
from data.stable_file import StableFile
from tests.data.conftest import Loader, applications, lines, plan_of
from tests.data.intake.outcomes import accepted, refused, tallied
from tests.data.intake.test_load_record import said
from tests.data.intake.workbooks import GOOD_ROWS, by_hand, cells

pytestmark = pytest.mark.usefixtures("forked_child")

NAME = "register.parquet"
ROWS = 300
_random = random.Random(11)


def _days(first: str, spread: int, *, gaps: bool = False) -> list[dt.date | None]:
    day = dt.date.fromisoformat(first)
    days = [day + dt.timedelta(days=_random.randrange(spread)) for _ in range(ROWS)]
    return [None if gaps and not number % 3 else each for number, each in enumerate(days)]


REGISTER = pa.table(
    {
        "Ref": [f"A-{number}" for number in range(ROWS)],
        "Received": _days("2018-01-01", 1_500),
        "Route": [_random.choice(["right to ask", "right to know"]) for _ in range(ROWS)],
        "Area": [_random.choice(["north", "south"]) for _ in range(ROWS)],
        "Decision": ["no disclosure" if number % 3 else None for number in range(ROWS)],
        "Decided": pa.array(_days("2022-06-01", 300, gaps=True)).cast(pa.timestamp("us")),
    }
)


def written(table: pa.Table = REGISTER, **settings) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **({"write_page_checksum": True} | settings))
    return out.getvalue()


def footer_of(data: bytes) -> int:
    return len(data) - 8 - int.from_bytes(data[-8:-4], "little")


def flipped(data: bytes, bit: int) -> bytes:
    damaged = bytearray(data)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


def test_a_file_with_checksums_is_taken_without_a_warning(desk: Loader) -> None:
    assert accepted(desk, written(row_group_size=100), ROWS, name=NAME).warnings == ""


@pytest.mark.parametrize("settings", [{}, {"use_dictionary": False, "compression": "none"}])
def test_a_file_without_checksums_is_taken_with_a_warning(desk: Loader, settings) -> None:
    receipt = accepted(desk, written(write_page_checksum=False, **settings), ROWS, name=NAME)
    assert receipt.warnings == (
        "register.parquet carries no checksums, so damage to it may go unseen: write it with page checksums."
    )


def outcome(desk: Loader, data: bytes) -> pl.DataFrame | None:
    """Rows that are read of a damaged file, or None after one sentence; anything else fails the test."""
    file = desk.file(data, NAME)
    try:
        if not data.startswith(b"PAR1"):
            return desk.load(file).quarantine
        source = ParquetFile(Path(file))
        (names,) = source.heads()[""]
        places = [names.index(name) for name in REGISTER.column_names]
        return source.extract("", 1, places, len(names)).rows
    except UserError as fault:
        sentence = str(fault)
    assert re.fullmatch(r"register\.parquet [^\n]*\.", sentence), sentence
    return None


def flip(desk: Loader, good: bytes, bits: list[int]) -> int:
    """Flip each of these bits alone; return how many files were read, each as the whole one."""
    right = outcome(desk, good)
    assert right is not None
    read = 0
    for bit in bits:
        rows = outcome(desk, flipped(good, bit))
        if rows is not None:
            read += 1
            assert rows.equals(right), bit
    return read


def flips(good: bytes, count: int, seed: int) -> list[int]:
    """Bits to flip, half of them in the footer: pages have checksums, and the footer has none."""
    seeded, footer = random.Random(seed), footer_of(good) * 8
    return [
        seeded.randrange(footer, len(good) * 8) if number % 2 else seeded.randrange(footer)
        for number in range(count)
    ]


def test_a_flipped_bit_gives_a_sentence_or_the_right_rows(desk: Loader) -> None:
    good = written()
    assert flip(desk, good, flips(good, 8, 500)) < 8


ALL_AT_ONCE = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from data.intake.columnar_child import parquet_names, parquet_rows
from data.intake.child import confine
names = sys.argv[2].split(",")
confine()
for path in sys.argv[3:]:
    try:
        places = [str(parquet_names(path)["names"].index(name)) for name in names]
        parquet_rows(path, ",".join(places), str(1 << 30), path + ".arrow")
    except Exception:
        Path(path + ".arrow").unlink(missing_ok=True)
    print(path, flush=True)
"""


def test_40_flipped_bits_are_seen_by_the_child_or_change_nothing(desk: Loader) -> None:
    """As above in one process, which is begun anew after a file that ends it: what that gives is a sentence."""
    good = written()
    files = [desk.file(flipped(good, bit), f"{bit}") for bit in flips(good, 40, 501)]
    rest = [desk.file(good, NAME), *files]
    while rest:
        program = [sys.executable, "-I", "-c", ALL_AT_ONCE, str(Path(__file__).parents[3])]
        command = [*program, ",".join(REGISTER.column_names), *rest]
        done = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        rest = rest[len(done) + 1 :]
    read = {path.stem: path.read_bytes() for path in desk.folder.glob("*.arrow")}
    assert 1 < len(read) < 41
    assert set(read.values()) == {read["register.parquet"]}


@pytest.mark.soak
@pytest.mark.parametrize(
    "settings",
    [{}, {"compression": "zstd", "data_page_version": "2.0"}, {"compression": "none", "use_dictionary": False}],
)  # fmt: skip
def test_500_flipped_bits_give_a_sentence_or_the_right_rows_each(desk: Loader, settings) -> None:
    good, seeded = written(**settings), random.Random(501)
    assert flip(desk, good, [seeded.randrange(len(good) * 8) for _ in range(500)]) < 500


def survived(desk: Loader, good: bytes, bits: list[int]) -> None:
    for bit in bits:
        outcome(desk, flipped(good, bit))


def test_a_flipped_bit_without_checksums_gives_a_sentence_or_rows(desk: Loader) -> None:
    good, seeded = written(write_page_checksum=False, compression="zstd"), random.Random(502)
    survived(desk, good, [seeded.randrange(len(good) * 8) for _ in range(4)])


@pytest.mark.soak
def test_500_flipped_bits_without_checksums_give_a_sentence_or_rows(desk: Loader) -> None:
    good, seeded = written(write_page_checksum=False), random.Random(503)
    survived(desk, good, [seeded.randrange(len(good) * 8) for _ in range(500)])


def test_a_compressed_page_that_cannot_be_unpacked_is_refused_even_without_checksums(desk: Loader) -> None:
    data = bytearray(written(write_page_checksum=False, compression="zstd"))
    place = data.index(b"\x28\xb5\x2f\xfd")
    data[place : place + 4] = b"\0\0\0\0"
    refused(desk, bytes(data), "register.parquet is cut short or damaged", "export it again", name=NAME)


@pytest.mark.parametrize("begins", [True, False])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_file_cut_at_its_start_or_end_is_refused(desk: Loader, begins: bool, share: float) -> None:
    data = written()
    cut = int(share * len(data))
    part = b"PAR1" + data[4:][cut:] if begins else data[:cut]
    refused(desk, part, "register.parquet", "export it again", name=NAME)
    assert said(desk.review)[-1][2] == "refused"


def test_columns_without_a_name_are_read_by_their_places(desk: Loader) -> None:
    nameless = ("Route", "Area", "Decision")
    table = REGISTER.rename_columns(["" if name in nameless else name for name in REGISTER.column_names])
    desk.file(written(table), NAME)
    desk.load(str(desk.folder / NAME), plan=plan_of(applications(route=3, area=4, decision=5)))
    stored = desk.now().sort("application_ref")
    known = pl.DataFrame(REGISTER).sort("Ref")
    assert stored["area"].cast(pl.String).to_list() == known["Area"].to_list()
    assert stored["decision"].cast(pl.String).to_list() == known["Decision"].to_list()


def test_a_column_that_the_footer_names_in_two_ways_is_refused(desk: Loader) -> None:
    data = written(store_schema=False)
    start = footer_of(data)
    renamed = data[:start] + data[start:].replace(b"Decided", b"Decodes", 1)
    refused(desk, renamed, "contradicts itself, so it is damaged (the names of its columns)", name=NAME)


def test_a_column_of_a_type_that_nobody_knows_is_refused(desk: Loader) -> None:
    data = written(store_schema=False)
    for bit in range(footer_of(data) * 8, footer_of(data) * 8 + 600):
        with suppress(OSError, UnicodeDecodeError):
            schema = pq.read_metadata(io.BytesIO(flipped(data, bit))).schema
            kinds = {column.name: column.logical_type.type for column in map(schema.column, range(6))}
            if kinds.get("Received") == "UNDEFINED":
                break
    said = "has a column 'Received' of a type that nobody knows: export it again"
    refused(desk, flipped(data, bit), said, name=NAME)


def with_types_of(data: bytes, other: bytes) -> bytes:
    """The same file with the types that its writer kept beside it taken from another."""
    ours, theirs = (pq.read_metadata(io.BytesIO(each)).metadata[b"ARROW:schema"] for each in (data, other))
    assert len(ours) == len(theirs)
    assert ours in data
    return data.replace(ours, theirs)


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [
        ("Received", pa.timestamp("ms"), pa.timestamp("us")),
        ("Received", pa.timestamp("us"), pa.timestamp("ns")),
        ("Price", pa.decimal128(9, 2), pa.decimal128(9, 3)),
    ],
)  # fmt: skip
def test_a_type_that_is_not_the_one_its_writer_kept_is_refused(desk: Loader, name: str, was, now) -> None:
    value = {"Price": Decimal("1.50"), "Received": dt.date(2020, 1, 1)}[name]
    files = [written(pa.table({name: pa.array([value]).cast(kind)})) for kind in (was, now)]
    file = Path(desk.file(with_types_of(*files), NAME))
    with pytest.raises(
        UserError, match=f"contradicts itself, so it is damaged .the type of '{name}'.: export"
    ):
        ParquetFile(file).heads()


@pytest.mark.parametrize(
    "column",
    [
        pa.array([dt.date(2020, 1, 1)]).cast(pa.timestamp("s")),
        pa.array([dt.date(2020, 1, 1)]).cast(pa.timestamp("ns")).cast(pa.timestamp("ns", "Europe/London")),
        pa.array([dt.date(2020, 1, 1)], pa.date64()),
        pa.array(["a"], pa.large_string()),
        pa.array(["a"]).dictionary_encode(),
        pa.array([["a"]]),
        pa.array([{"a": "b"}]),
        pa.array([dt.timedelta(1)], pa.duration("us")),
        pa.array([1], pa.uint8()),
        pa.array([b"a"], pa.large_binary()),
        pa.nulls(1),
    ],
    ids=lambda column: str(column.type)[:20],
)  # fmt: skip
def test_a_good_file_of_any_type_agrees_with_itself(desk: Loader, column) -> None:
    file = ParquetFile(Path(desk.file(written(pa.table({"a": column, "b": ["x"]})), NAME)))
    assert file.heads() == {"": [["a", "b"]]}
    assert file.extract("", 1, [1], 2).rows["1"].to_list() == ["x"]


def test_files_of_polars_agree_with_themselves(desk: Loader) -> None:
    frame = pl.DataFrame(pl.from_arrow(REGISTER)).with_columns(
        pl.col("Area").cast(pl.Categorical), pl.col("Route").cast(pl.Enum(["right to ask", "right to know"])),
        Odd=pl.Series([b""] * ROWS), Short=pl.lit(1, pl.UInt8), Took=pl.duration(days=1), At=pl.time(9),
        Each=pl.concat_list("Ref"), Both=pl.struct("Ref"), Money=pl.lit("1.5").cast(pl.Decimal(9, 2)),
    )  # fmt: skip
    frame.write_parquet(desk.folder / NAME)
    data = (desk.folder / NAME).read_bytes()
    assert accepted(desk, data, ROWS, name=NAME).dropped.startswith("Odd, Short")


def test_values_beyond_the_bounds_that_the_file_gives_are_refused(desk: Loader) -> None:
    data = written(write_page_checksum=False, compression="none", use_dictionary=False)
    # The reference in the page, not the one in the bounds.
    place = data.index(b"A-298")
    damaged = data[:place] + b"Z" + data[place + 1 :]
    refused(desk, damaged, "contradicts itself, so it is damaged (the values of 'Ref')", name=NAME)


def test_a_number_of_rows_that_is_not_true_is_refused(desk: Loader) -> None:
    """Numbers are written in 7 bits a byte: 300 rows, doubled for the sign, are D8 04."""
    data = written(store_schema=False)
    start, count = footer_of(data), b"\x16\xd8\x04"
    assert count in data[start:]
    for n in range(1, data[start:].count(count) + 1):
        parts = data[start:].split(count)
        lying = count.join(parts[:n]) + b"\x16\xd6\x04" + count.join(parts[n:])
        refused(desk, data[:start] + lying, "register.parquet", "export it again", name=NAME)


def test_encrypted_columns_are_refused_with_what_to_do(desk: Loader) -> None:
    import pyarrow.parquet.encryption as pe

    class Client(pe.KmsClient):
        def __init__(self, _: object) -> None:
            super().__init__()

        def wrap_key(self, key_bytes: bytes, _: str) -> bytes:
            return base64.b64encode(key_bytes)

        def unwrap_key(self, wrapped_key: bytes, _: str) -> bytes:
            return base64.b64decode(wrapped_key)

    factory, connection = pe.CryptoFactory(Client), pe.KmsConnectionConfig()
    for plain in (True, False):
        chosen = pe.EncryptionConfiguration(
            footer_key="footer", column_keys={"column": ["Ref"]}, plaintext_footer=plain
        )
        data = written(encryption_properties=factory.file_encryption_properties(connection, chosen))
        refused(desk, data, "is encrypted", "export it without encryption", name=NAME)


def vast(path: Path, rows: int, **columns: str) -> None:
    schema = pa.schema([(name, pa.string()) for name in columns])
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for _ in range(rows // 1_000_000):
            writer.write_table(
                pa.table({name: pa.repeat(text, 1_000_000) for name, text in columns.items()}, schema)
            )


@pytest.mark.long
def test_more_text_than_the_limit_is_refused_before_it_is_made(desk: Loader) -> None:
    vast(desk.folder / NAME, 20_000_000, Ref="A-1", Received="2020-02-01", Route="right to ask", Area="north")
    assert (desk.folder / NAME).stat().st_size < 4 << 20
    plan = plan_of(
        {
            "table": "applications",
            "columns": {
                name: each
                for name, each in applications()["columns"].items()
                if name in ("application_ref", "received_on", "route", "area")
            },
        }
    )
    before = psutil.Process().memory_info().rss
    said = "comes to over 1,024 MB as text (20,000,000 rows or more), and the mapping allows no more: raise most_megabytes"
    refused(desk, str(desk.folder / NAME), said, "or load it in parts", plan=plan)
    assert psutil.Process().memory_info().rss < before + (64 << 20)


def test_text_that_only_its_rows_show_is_refused_at_the_limit(desk: Loader) -> None:
    few = desk.plan.model_copy(update={"most_megabytes": 1})
    long = REGISTER.set_column(3, "Area", pa.array(["x" * 5_000] * ROWS))
    refused(desk, written(long), "comes to over 1 MB as text (300 rows or more)", name=NAME, plan=few)


def test_a_vast_cell_is_refused(desk: Loader) -> None:
    areas = ["north", "x" * ((1 << 20) + 1)] + ["north"] * (ROWS - 2)
    vast = REGISTER.set_column(3, "Area", pa.array(areas))
    refused(desk, written(vast), "has a cell of over 1,048,576 characters in row 3", name=NAME)


def test_a_file_too_large_to_copy_is_refused(desk: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ParquetFile, "most_packed", 100)
    refused(desk, written(), "and a Parquet file may have 0: leave out the columns", name=NAME)


ONE, TWO = (f"A-{number},2020-02-01,right to ask,north,," for number in (1, 2))
FILES: dict[str, bytes] = {
    "register.csv": lines(ONE, TWO).encode(),
    "register.xlsx": by_hand(GOOD_ROWS + cells(3, "A-2", "2020-02-01", "right to ask", "north")),
    "register.parquet": written(),
}


@pytest.mark.long
@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-30]),
        lambda path: path.write_bytes(path.read_bytes() + path.read_bytes()[-30:]),
        lambda path: path.unlink(),
    ],
    ids=["cut", "added to", "removed"],
)  # fmt: skip
@pytest.mark.parametrize("name", list(FILES))
@pytest.mark.parametrize("moment", ["reading", "storing"])
def test_a_file_that_changes_before_its_load_is_kept_is_refused(
    desk: Loader, monkeypatch: pytest.MonkeyPatch, name: str, moment: str, change: Callable[[Path], None]
) -> None:
    place, step = {"reading": (loading_module, "check"), "storing": (loading_module, "_store")}[moment]
    doing = getattr(place, step)

    def then_change(*arguments, **settings):
        change(desk.folder / name)
        return doing(*arguments, **settings)

    monkeypatch.setattr(place, step, then_change)
    refused(
        desk, FILES[name], f"{name} changed while it was read", "wait until it is written whole", name=name
    )
    assert said(desk.review)[-1][2] == "refused"


def test_a_csv_rewritten_all_the_time_is_never_loaded_in_part(desk: Loader) -> None:
    path, ended = desk.folder / "register.csv", threading.Event()
    whole = lines(*(f"A-{number},2020-02-01,right to ask,north,," for number in range(500))).encode()
    path.write_bytes(whole)

    def write() -> None:
        while not ended.is_set():
            with path.open("wb", buffering=0) as file:
                for place in range(0, len(whole), 4_000):
                    file.write(whole[place : place + 4_000])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(10):
            with suppress(UserError):
                (receipt,) = tallied(desk, desk.load(str(path), rehearsal=True)).receipts
                assert receipt.accepted == 500
    finally:
        ended.set()
        writer.join()


def test_a_mapping_that_changes_while_it_is_read_is_refused(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(desk.file('extract = "full"\n', "mapping.toml"))
    whole = StableFile.copy

    def then_change(self: StableFile, out) -> None:
        whole(self, out)
        path.write_text('extract = "partial"\n')

    monkeypatch.setattr(StableFile, "copy", then_change)
    with pytest.raises(UserError, match=r"mapping\.toml changed while it was read"):
        read_mapping(path)
