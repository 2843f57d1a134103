"""The made-up register is one that could have been loaded: it keeps every rule of the schema."""

import polars as pl
import pytest

from access.services import services_of
from data.schema import SCHEMAS, happened_columns
from tests.bench.register import EXTRACTS, LAST, make_register
from tests.bench.review import make_review

REGISTERS = {size: make_register(size) for size in (40, 1_500)}
# Nothing is made up of these: no figure counts them.
EMPTY = {"commitments", "referral_chains", "allegations"}


def known_at(rows, load):
    return rows.filter(
        pl.col("opened_by") <= load, pl.col("closed_by").is_null() | (pl.col("closed_by") > load)
    )


@pytest.mark.long
@pytest.mark.parametrize("table", SCHEMAS)
@pytest.mark.parametrize("size", REGISTERS)
def test_the_rows_known_after_each_extract_keep_the_schema(size, table):
    rows = REGISTERS[size].versions[table]
    assert rows.is_empty() == (table in EMPTY)
    for load in range(1, LAST + 2):
        known = known_at(rows, load).select(pl.Schema(SCHEMAS[table]).names())
        SCHEMAS[table].validate(known, cast=True)


@pytest.mark.parametrize("size", REGISTERS)
def test_nothing_is_recorded_before_it_happened(size):
    for table, rows in REGISTERS[size].versions.items():
        for column in happened_columns(SCHEMAS[table]):
            assert rows.filter(pl.col(column) > pl.col("recorded_from")).is_empty(), (table, column)


def test_people_are_tried_several_times_on_one_day():
    attempts = known_at(REGISTERS[1_500].versions["contact_attempts"], LAST + 1)
    assert attempts.select("person_ref", "attempted_on").is_duplicated().any()


def test_the_review_of_a_register_is_a_demonstration_by_its_terms_and_by_its_ledger(tmp_path):
    review = make_review(tmp_path / "review", 40)
    assert review.terms.demonstration
    assert review.ledger.demonstration()
    assert review.ledger.version() == len(EXTRACTS)
    assert services_of(review.folder).review.snapshot().scan("applications").collect().height > 0
