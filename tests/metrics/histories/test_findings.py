from metrics.histories.findings import failures
from tests.metrics.world import BY_HAND, PARTITION, SECOND, D, frames


def test_a_failure_bears_the_area_its_case_had_on_each_day():
    rows = {
        **BY_HAND,
        "failures": [BY_HAND["failures"][0] | {"application_ref": "A6", "recorded_from": D(2023, 10, 26)}],
    }
    found = failures(frames(rows), PARTITION).collect()
    assert found.select("recorded_from", "area").unique(maintain_order=True).rows()[:2] == [
        (D(2023, 10, 26), "north"),
        (SECOND, "south"),
    ]
