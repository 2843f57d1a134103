"""Reviews so small that most counts are 1, or none: cut out of the demonstration."""

import datetime as dt
from pathlib import Path

import polars as pl

from data.loading import Arrival
from data.review import TERMS, Review, new_review, open_review
from data.schema import SCHEMAS, STILL, links
from tests.loading import sealed_loading

LAST = dt.date(2024, 5, 30)


def small_review(untouched: Path, folder: Path, size: int) -> Review:
    """Load what belongs to the first so many failures with a referral, and so many of everything else."""
    before = open_review(untouched)
    snapshot = before.snapshot()
    rows = {
        table: snapshot.scan(table)
        .filter(pl.col("recorded_to") == STILL)
        .select(list(schema.columns()))
        .collect()
        for table, schema in SCHEMAS.items()
    }
    before.ledger.engine.dispose()
    chosen = rows["referral_failures"].head(size)
    failures = rows["failures"].join(chosen, on="failure_ref", how="semi")
    people = rows["people_to_contact"].join(rows["contact_states"], on="person_ref", how="semi").head(size)
    cases = rows["applications"].join(
        pl.concat([failures.select("application_ref"), people.select("application_ref")]),
        on="application_ref",
        how="semi",
    )
    kept: dict[str, pl.DataFrame] = {"applications": cases}
    for table, schema in SCHEMAS.items():
        if table in kept:
            continue
        part = rows[table]
        for column, target in links(schema).items():
            key = SCHEMAS[target].primary_key()[0]
            held = kept[target] if target in kept else rows[target]
            here = part[column].is_in(held[key].implode()) | part[column].is_null()
            part = part.filter(here)
        kept[table] = part if table == "risk_assessments" else part.head(size)
    folder.parent.mkdir(parents=True, exist_ok=True)
    review = new_review(folder, untouched / TERMS)
    with sealed_loading(review, LAST, note="The first extract.") as loading:
        for table, part in kept.items():
            loading.store(_arrival(table, part, size))
    return review


def _arrival(table: str, rows: pl.DataFrame, size: int) -> Arrival:
    schema = SCHEMAS[table]
    typed = schema.validate(rows.cast(dict(pl.Schema(schema))))
    reason = {"row_number": 2, "column_name": "area", "shape": "aaa", "reason": "is not one of the areas"}
    held = size if table == "enquiries" else 0
    quarantine = pl.DataFrame(
        [reason | {"row_number": number + 2} for number in range(held)],
        schema={"row_number": pl.Int64, "column_name": pl.String, "shape": pl.String, "reason": pl.String},
        orient="row",
    )
    return Arrival(
        table=table, file=f"{table}.csv", fingerprint=table, rows=typed,
        rejected_keys=typed.select(schema.primary_key()).clear(), quarantine=quarantine, whole=False,
        read=typed.height + held,
    )  # fmt: skip
