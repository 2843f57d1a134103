import polars as pl

from metrics.histories.cases import cases, failures
from tests.metrics.world import PARTITION, frames, sampled


def test_stretches_of_a_key_never_overlap_and_never_are_empty():
    for seed in (4, 5):
        tables = frames(sampled(seed))
        for found, key in (
            (cases(tables), "application_ref"),
            (failures(tables, PARTITION), "failure_ref"),
        ):
            rows = (
                found.sort(key, "recorded_from")
                .with_columns(after=pl.col("recorded_from").shift(-1).over(key))
                .collect()
            )
            assert (rows["recorded_from"] < rows["recorded_to"]).all()
            assert (rows["recorded_to"] <= rows["after"]).fill_null(value=True).all()
            assert rows.height > 50
