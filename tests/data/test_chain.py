"""The check of a chain's rows, which the record and a restored backup share."""

from collections.abc import Sequence

import pytest

from data.chain import broken
from data.record import Row, signature

OLD, NEW = b"old key " * 4, b"new key " * 4
KEYS = {"0ld": OLD, "new": NEW}
LEDGER = "a" * 32
AT = "2024-01-11T10:00:00.000000+00:00"


def chained(*keys: str) -> list[Row]:
    rows, previous = [], LEDGER
    for number, key in enumerate(keys, start=1):
        row = Row(number, AT, "consultation", "amina", "analyst", "overview", "", "allowed", key, "")
        rows.append(row._replace(digest=signature(KEYS[key], previous, row)))
        previous = rows[-1].digest
    return rows


WHOLE = chained("0ld", "0ld", "new", "new")


@pytest.mark.parametrize("keys", [KEYS, None])
def test_nothing_is_found_in_a_chain_that_nobody_touched(keys: dict[str, bytes] | None) -> None:
    assert list(broken(WHOLE, keys, LEDGER)) == []


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([*WHOLE[:1], *WHOLE[2:]], "Row 2 is missing."),
        ([*WHOLE[:2], *WHOLE[1:]], "Row 2 is there twice or out of order: it stands after row 2."),
        ([WHOLE[0]._replace(who=b"amina"), *WHOLE[1:]], "Row 1 holds something that is not text."),
    ],
)
def test_what_needs_no_key_is_found_without_keys(rows: Sequence[Row], finding: str) -> None:
    assert list(broken(rows, None, LEDGER)) == [finding]


def test_a_key_that_had_been_replaced_is_found() -> None:
    assert list(broken(chained("0ld", "new", "0ld"), KEYS, LEDGER)) == [
        "Row 3 is signed with the key 0ld, which had been replaced by then."
    ]
