"""A review on disk whose snapshot is a made-up register: what a server needs to show its pages."""

import datetime as dt
import re
from pathlib import Path

from data.load_digests import seal_older
from data.loading import Receipt
from data.review import Review, new_review, open_review
from data.schema import SCHEMAS
from tests.bench.register import EXAMPLE, EXTRACTS, FINDINGS, make_register

OPENS_ON = re.compile(r"^opens_on = .*\n", re.MULTILINE)


def make_review(folder: Path, size: int) -> Review:
    """Make a review whose loads and receipts are in its ledger, and whose rows are in its snapshot alone."""
    # Its rows are made up, so its terms and its ledger both say that it is a demonstration.
    new_review(folder, EXAMPLE).ledger.engine.dispose()
    # Its pages open on the last day, so that they draw the whole register.
    terms = folder / "terms.toml"
    text = OPENS_ON.sub("", terms.read_text(encoding="utf-8"))
    text = text.replace("[case]", f"adverse = {[*FINDINGS[1:]]}\n\n[case]\nclosed_by = 'findings'", 1)
    text = text.replace("[lists]", f"[lists]\nfindings = {[*FINDINGS]}", 1)
    terms.write_text(text, encoding="utf-8")
    review = open_review(folder)
    register = make_register(size)
    tables = review.ledger.tables
    with review.ledger.engine.begin() as connection:
        loads = [
            {"load": load, "recorded_on": day, "loaded_at": dt.datetime.now(dt.UTC), "note": ""}
            for load, day in enumerate(EXTRACTS, start=1)
        ]
        connection.execute(tables.loads.insert(), loads)
        rows = [
            vars(_receipt(table, register.versions[table].height))
            for table in SCHEMAS
            if register.versions[table].height
        ]
        connection.execute(tables.receipts.insert(), rows)
    # The record vouches for loads that brought no rows: those are in the snapshot alone.
    seal_older(review.record, review.ledger)
    register.snapshot(folder / "snapshots", review)
    return review


def _receipt(table: str, rows: int) -> Receipt:
    return Receipt(
        load=1, table_name=table, file=f"{table}.csv", fingerprint=table, whole=True, read=rows, ignored=0,
        repeated=0, quarantined=0, accepted=rows, new=rows, changed=0, unchanged=0, removed=0, dropped="",
        warnings="",
    )  # fmt: skip
