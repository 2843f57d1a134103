"""Two real extracts of one real register. The rows are not in the project, only what must come out."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import data
from data.intake.load import Loaded, load
from data.intake.mapping import read_mapping
from data.review import Review, new_review
from tests.conftest import required

pytestmark = pytest.mark.real

EXAMPLE = Path(data.__file__).parent / "examples" / "philadelphia"
FIRST, SECOND = dt.date(2018, 7, 31), dt.date(2020, 7, 31)
LAST_OF_FIRST = dt.date(2018, 3, 29)


def register() -> Path:
    beside = Path(data.__file__).parents[2] / "shared" / "data" / "philadelphia"
    folder = Path(os.environ["CANDOUR_REAL_DATA"]) if "CANDOUR_REAL_DATA" in os.environ else beside
    if not (folder / "complaints_extract_2018-07.csv").exists() and not required("real"):
        pytest.skip("the real extracts are not on this machine: name their folder in CANDOUR_REAL_DATA")
    return folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Review, Loaded, Loaded]]:
    folder = register()
    review = new_review(tmp_path_factory.mktemp("real") / "review", EXAMPLE / "terms.toml")
    yield (
        review,
        _load(review, folder / "complaints_extract_2018-07.csv", "extract-2018-07.toml", FIRST),
        _load(review, folder / "complaints_extract_2020.csv", "extract-2020.toml", SECOND),
    )
    review.ledger.engine.dispose()


def _load(review: Review, file: Path, mapping: str, day: dt.date) -> Loaded:
    return load(review, [str(file)], read_mapping(EXAMPLE / mapping), recorded_on=day, confirm_day=True)


def known(review: Review, day: dt.date) -> pl.DataFrame:
    rows = review.snapshot().scan("applications")
    return rows.filter(pl.col("recorded_from") <= day, pl.col("recorded_to") > day).collect()


def early(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("received_on") <= LAST_OF_FIRST)


def test_every_row_of_both_extracts_is_accepted(loaded: tuple[Review, Loaded, Loaded]) -> None:
    _, first, second = loaded
    assert [(each.receipts[0].read, each.receipts[0].quarantined) for each in (first, second)] == [
        (3786, 0),
        (5296, 0),
    ]


def test_the_first_extract_brings_3786_cases(loaded: tuple[Review, Loaded, Loaded]) -> None:
    _, first, _ = loaded
    assert (first.receipts[0].new, first.receipts[0].accepted) == (3786, 3786)


def test_as_known_on_the_day_of_the_first_load_there_are_still_3786(
    loaded: tuple[Review, Loaded, Loaded],
) -> None:
    review, _, _ = loaded
    assert known(review, FIRST).height == 3786
    assert known(review, SECOND - dt.timedelta(days=1)).height == 3786


def test_the_bridge_from_the_first_extract_to_the_second_is_one_removed_and_four_added(
    loaded: tuple[Review, Loaded, Loaded],
) -> None:
    review, _, _ = loaded
    then, now = early(known(review, FIRST)), early(known(review, SECOND))
    assert (then.height, now.height) == (3786, 3789)
    removed = then.join(now, on="application_ref", how="anti")
    added = now.join(then, on="application_ref", how="anti").sort("application_ref")
    assert removed["application_ref"].to_list() == ["17-0563"]
    assert added["application_ref"].to_list() == ["18-0143", "18-0144", "18-0145", "18-0146"]
    assert added["received_on"].unique().to_list() == [LAST_OF_FIRST]


def test_one_case_is_re_dated_and_one_reclassified(loaded: tuple[Review, Loaded, Loaded]) -> None:
    review, _, _ = loaded
    both = known(review, FIRST).join(known(review, SECOND), on="application_ref")
    dated = both.filter(pl.col("received_on") != pl.col("received_on_right"))
    assert dated.select("application_ref", "received_on", "received_on_right").rows() == [
        ("18-0004", dt.date(2018, 1, 9), dt.date(2018, 1, 10))
    ]
    classed = both.filter(pl.col("category") != pl.col("category_right"))
    assert classed.select("application_ref", "category", "category_right").rows() == [
        ("16-0062", "physical abuse", "non-investigatory incident")
    ]


def test_only_rows_that_say_something_else_are_changed(loaded: tuple[Review, Loaded, Loaded]) -> None:
    review, _, second = loaded
    both = known(review, FIRST).join(known(review, SECOND), on="application_ref")
    columns = ("received_on", "area", "category")
    unlike = pl.any_horizontal(
        pl.col(name).cast(pl.String) != pl.col(f"{name}_right").cast(pl.String) for name in columns
    )
    assert second.receipts[0].changed == both.filter(unlike).height
    assert second.receipts[0].removed == 1


def test_the_second_extract_again_changes_nothing(loaded: tuple[Review, Loaded, Loaded]) -> None:
    review, _, _ = loaded
    again = _load(review, register() / "complaints_extract_2020.csv", "extract-2020.toml", SECOND)
    assert (again.kept, again.version) == (False, 2)
