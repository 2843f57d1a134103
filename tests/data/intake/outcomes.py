"""What becomes of a file, checked in the same way for every class of bad file."""

from typing import Any

import polars as pl
import pytest

from data.errors import UserError
from data.intake.load import Loaded
from data.loading import Receipt
from tests.data.conftest import Loader

Counts = tuple[int, int, int, int, int]


def tallied(desk: Loader, loaded: Loaded) -> Loaded:
    """The same load, once its counts add up and the ledger holds what it says."""
    for each in loaded.receipts:
        assert each.read == each.accepted + each.quarantined + each.repeated + each.ignored
        assert each.accepted == each.new + each.changed + each.unchanged
    assert loaded.quarantine.height == sum(each.quarantined for each in loaded.receipts)
    if loaded.kept:
        this = pl.col("load") == loaded.version
        stored = desk.review.ledger.receipts().filter(this).sort("table_name")
        assert stored.to_dicts() == sorted(map(vars, loaded.receipts), key=lambda row: row["table_name"])
        assert desk.review.ledger.quarantine().filter(this).height == loaded.quarantine.height
    return loaded


def counts(receipt: Receipt) -> Counts:
    """Rows read, accepted, in quarantine, repeated and ignored."""
    return receipt.read, receipt.accepted, receipt.quarantined, receipt.repeated, receipt.ignored


def taken(desk: Loader, text: str | bytes, *, name: str = "applications.csv", **settings: Any) -> Receipt:
    """Receipt of a file that is loaded, whatever becomes of its rows."""
    (receipt,) = tallied(desk, desk.load(desk.file(text, name), **settings)).receipts
    return receipt


def accepted(desk: Loader, text: str | bytes, rows: int = 1, **settings: Any) -> Receipt:
    """Receipt of a file of which every row is taken."""
    receipt = taken(desk, text, **settings)
    assert counts(receipt) == (rows + receipt.ignored, rows, 0, 0, receipt.ignored)
    return receipt


def quarantined(desk: Loader, text: str | bytes, *held: tuple[int, str, str], **settings: Any) -> Receipt:
    """Receipt of a file of which only these rows are held back: row, column, how the reason begins."""
    receipt = taken(desk, text, **settings)
    assert receipt.accepted > 0
    found = desk.review.ledger.quarantine().select("file", "row_number", "column_name", "reason").rows()
    assert len(found) == len(held)
    for (file, row, column, reason), (expected, blamed, begins) in zip(found, held, strict=True):
        assert (file, row, column) == (receipt.file, expected, blamed)
        assert reason.startswith(begins), reason
    return receipt


def refused(
    desk: Loader, file: str | bytes, *said: str, name: str = "applications.csv", **settings: Any
) -> str:
    """Sentence that refuses a file, of which nothing is stored; `said` is in it."""
    path = file if isinstance(file, str) and file.startswith(str(desk.folder)) else desk.file(file, name)
    ledger = desk.review.ledger
    before = [ledger.version(), ledger.receipts().rows(), ledger.quarantine().rows()]
    with pytest.raises(UserError) as raised:
        desk.load(path, **settings)
    sentence = str(raised.value)
    for words in said:
        assert words in sentence, sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert [ledger.version(), ledger.receipts().rows(), ledger.quarantine().rows()] == before
    return sentence
