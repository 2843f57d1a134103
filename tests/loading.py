"""Rows loaded straight into a ledger, past any file, with the entry of the record that vouches for them."""

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import polars as pl

from data.connection import reading
from data.ledger import Ledger
from data.load_digests import seal
from data.loading import Loading, row_versions
from data.record import Kind, done_here
from data.review import Review


@contextmanager
def sealed_loading(review: Review, day: dt.date, **options: Any) -> Generator[Loading]:
    with review.ledger.loading(day, **options) as loading:
        yield loading
        loading.conclude()
        scope = f"load {loading.load}: {seal(loading.connection, loading.tables, loading.load)}"
        head = review.record.append(loading.connection, done_here(Kind.COLLECTION, scope))
    review.record.committed([head])


def row_versions_of(ledger: Ledger, table: str, version: int) -> pl.DataFrame:
    with reading(ledger.engine) as connection:
        return row_versions(connection, ledger.tables, table, version)
