"""Good files damaged at random: each ends in a receipt that adds up, or in one sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import UserError
from tests.data.conftest import Loader, lines
from tests.data.intake.outcomes import tallied
from tests.data.intake.workbooks import GOOD_ROWS, by_hand, cells

REGISTER = lines(
    "A-1,01/02/2020,right to ask,north,disclosure,02/02/2020",
    '"A-2",2020-02-23,"right to know",south,,',
    "A-3,3 March 2020,RIGHT TO ASK,not known,no disclosure,2020-03-04",
).encode()
BOOK = by_hand(
    GOOD_ROWS
    + cells(3, "A-2", "43862", "right to know", "south")
    + cells(4, "A-3", "TBC", "right to ask", "north")
)
TELLING = [
    b"\0",
    b'"',
    b",",
    b";",
    b"\r",
    b"\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x81",
    b"PK\x03\x04",
    b"PAR1",
    b"<html",
]

Damage = Callable[[bytes], bytes]


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """One way to damage a file: bytes put over others, cut out, doubled or put in between."""
    # Places are shares of the file, so that one example means the same whatever the file's length.
    first, last = sorted(draw(st.tuples(*[st.floats(0, 1)] * 2)))
    kind = draw(st.sampled_from(["over", "cut", "double", "between", "flip"]))
    put = draw(st.binary(max_size=6) | st.sampled_from(TELLING))

    def damaged(data: bytes) -> bytes:
        begins, ends = int(first * len(data)), int(last * len(data))
        return {
            "over": data[:begins] + put + data[begins + len(put) :],
            "cut": data[:begins] + data[ends:],
            "double": data[:ends] + data[begins:],
            "between": data[:begins] + put + data[begins:],
            "flip": data[:begins]
            + bytes(byte ^ 0x20 for byte in data[begins : begins + 2])
            + data[begins + 2 :],
        }[kind]

    return damaged


def outcome(desk: Loader, data: bytes, name: str) -> None:
    """Rehearse a load of these bytes; whatever else it raises is a fault of ours, and fails the test."""
    try:
        tallied(desk, desk.load(desk.file(data, name), rehearsal=True))
    except UserError as fault:
        sentence = str(fault)
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert len(sentence) < 1_000


def fuzzed(desk: Loader, good: bytes, name: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(damages(), min_size=1, max_size=4))
    def each(harm: list[Damage]) -> None:
        data = good
        for damaged in harm:
            data = damaged(data)
        outcome(desk, data, name)

    outcome(desk, good, name)
    each()
    assert desk.review.ledger.version() == 0
    assert [path.name for path in Path(desk.folder).iterdir()] == [name]


@pytest.mark.long
def test_a_damaged_csv_ends_in_a_receipt_or_a_sentence(desk: Loader) -> None:
    fuzzed(desk, REGISTER, "register.csv", 60)


def test_a_damaged_workbook_ends_in_a_receipt_or_a_sentence(desk: Loader) -> None:
    fuzzed(desk, BOOK, "register.xlsx", 6)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("good", "name", "examples"), [(REGISTER, "register.csv", 5_000), (BOOK, "register.xlsx", 300)]
)
def test_thousands_of_damaged_files_end_in_a_receipt_or_a_sentence(
    desk: Loader, good: bytes, name: str, examples: int
) -> None:
    fuzzed(desk, good, name, examples)
