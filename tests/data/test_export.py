from pathlib import Path

import polars as pl
import pytest

from data.export import escaped, export
from data.intake.load import load
from data.review import new_review
from tests.conftest import TERMS
from tests.data.conftest import DAY, Desk, lines


def test_every_text_that_could_run_is_escaped_and_nothing_else_is() -> None:
    texts = ["=1", "+1", "-1", "@x", "\tx", "\rx", "x=1", " =1", "", None]
    codes = pl.Series(["-a", "b"] * 5, dtype=pl.Enum(["-a", "b"]))
    frame = escaped(pl.DataFrame({"text": texts, "code": codes, "number": list(range(-5, 5))}))
    assert frame["text"].to_list() == ["'=1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "x=1", " =1", "", None]
    assert frame["code"].to_list() == ["'-a", "b"] * 5
    assert frame["number"].to_list() == list(range(-5, 5))


def test_demonstration_data_is_labelled_in_the_note_and_in_every_name(desk: Desk, tmp_path: Path) -> None:
    terms = tmp_path / "shown.toml"
    terms.write_text(f"demonstration = true\n{TERMS}")
    review = new_review(tmp_path / "shown", terms)
    file = desk.file(lines("A-1,01/02/2020,right to ask,north,,"))
    load(review, [file], desk.plan, recorded_on=DAY, demonstration=True)
    note, *files = export(review, tmp_path / "out")
    assert note.read_text().startswith("DEMONSTRATION DATA\n")
    assert all(path.name.startswith("demonstration-") for path in files)
    review.ledger.engine.dispose()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_real_data_is_not_labelled_as_a_demonstration(desk: Desk, tmp_path: Path, suffix: str) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    note, *files = export(desk.review, tmp_path / "out")
    assert "emonstration" not in note.read_text()
    assert {path.name for path in files} >= {f"applications.{suffix}", f"staffing.{suffix}"}
