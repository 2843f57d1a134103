"""Rows that nobody without the right may ever be sent, planted in a copy of the demonstration."""

import datetime as dt
import shutil
from pathlib import Path

import polars as pl

from data.loading import Arrival
from data.review import Review, open_review
from data.schema import SCHEMAS
from tests.loading import sealed_loading

DAY = dt.date(2024, 6, 6)
CASE, STAFF = "CANARY-CASE", "CANARY-STAFF"
PLANTED = {
    "applications": {
        "application_ref": CASE, "received_on": dt.date(2020, 1, 6), "route": "right to ask", "area": "east",
        "in_scope": True,
    },
    "risk_assessments": {
        "assessment_ref": "CANARY-RA", "application_ref": CASE, "assessed_on": dt.date(2024, 1, 8), "grade": "high",
        "sent_on": True,
    },
    "reviews": {
        "review_ref": "CANARY-REVIEW", "application_ref": CASE, "kind": "first", "team": "team 1",
        "reviewer_ref": STAFF, "allocated_on": dt.date(2024, 1, 9), "completed_on": dt.date(2024, 1, 10),
        "outcome": "failure found",
    },
    "failures": {
        "failure_ref": "CANARY-FAILURE", "application_ref": CASE, "review_ref": "CANARY-REVIEW",
        "found_on": dt.date(2024, 1, 10), "type": "service", "harm": True, "reason": None, "in_scope": True,
    },
}  # fmt: skip


def plant(untouched: Path, folder: Path) -> Review:
    """Copy the demonstration, load the canaries into the copy, and then change who reviewed the case."""
    shutil.copytree(untouched, folder)
    review = open_review(folder)
    reason = review.terms.codes("reasons")[0]
    with sealed_loading(review, DAY) as loading:
        for table, row in PLANTED.items():
            loading.store(_arrival(table, row | ({"reason": reason} if table == "failures" else {})))
    with sealed_loading(review, DAY) as loading:
        loading.store(_arrival("reviews", PLANTED["reviews"] | {"reviewer_ref": "CANARY-STAFF-AGAIN"}))
        loading.store(_arrival("failures", PLANTED["failures"] | {"reason": reason, "harm": False}))
    return review


def _arrival(table: str, row: dict[str, object]) -> Arrival:
    schema = SCHEMAS[table]
    rows = schema.validate(pl.DataFrame([row], schema=pl.Schema(schema)))
    nothing = pl.DataFrame(
        schema={"row_number": pl.Int64, "column_name": pl.String, "shape": pl.String, "reason": pl.String}
    )
    return Arrival(
        table=table, file="canary.csv", fingerprint=str(hash(str(row))), rows=rows,
        rejected_keys=rows.select(schema.primary_key()).clear(), quarantine=nothing, whole=False, read=1,
    )  # fmt: skip
