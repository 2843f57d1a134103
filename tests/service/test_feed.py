from pathlib import Path

import polars as pl
import pytest

from data.__main__ import main
from data.errors import UserError
from data.record import Kind
from data.review import Review
from metrics.as_at import Clocks
from metrics.catalogue import metric
from metrics.evaluate import evaluate
from metrics.histories.subjects import HISTORIES
from metrics.metric import AnyMetric
from service.feed import write_feed
from tests.data.conftest import Loader

WHY = "Figures for the monthly board report"


@pytest.fixture(scope="module")
def folder(demonstration: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feed") / "out"
    write_feed(demonstration, folder, reason=WHY)
    return folder


def table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"demonstration-{name}.parquet")


def rows_of(review: Review, figure: AnyMetric) -> pl.LazyFrame:
    tables = review.snapshot().scan_all()
    return HISTORIES[figure.subject].of(review.terms)(tables)


@pytest.mark.long
@pytest.mark.parametrize("name", ["failures", "failure_rate", "backlog", "headcount", "disclosed_in_time"])
def test_each_day_has_the_figure_as_known_then_and_as_known_now(
    folder: Path, demonstration: Review, name: str
) -> None:
    figure, days = metric(name), table(folder, "figures_by_day").filter(figure=name)
    last = days["day"].max()
    for day in days["day"].unique().sort()[::60]:
        for known_at in {day, last}:
            row = evaluate(figure, rows_of(demonstration, figure), Clocks(day, known_at)).row(0, named=True)
            (fed,) = days.filter(day=day, known_at=known_at).unique().rows(named=True)
            assert {number: fed[number] for number in row} == row


@pytest.mark.parametrize("name", ["failures", "failure_rate", "completed"])
def test_the_groups_of_the_last_day_are_those_of_the_figure(
    folder: Path, demonstration: Review, name: str
) -> None:
    groups = table(folder, "figures_by_group").filter(figure=name, dimension="area")
    assert groups.height == 6
    whole = evaluate(
        metric(name), rows_of(demonstration, metric(name)), Clocks(*groups["day"][:1], *groups["day"][:1])
    )
    assert groups["numerator"].sum() == whole["numerator"][0]


def test_no_file_has_a_reference_or_a_person(folder: Path, demonstration: Review) -> None:
    tables = demonstration.snapshot().scan_all()
    references = tables["applications"].select("application_ref").unique().collect().to_series().to_list()
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not any(reference.encode() in content for reference in references[:200])
    assert {"officer", "investigator"}.isdisjoint(table(folder, "figures_by_group")["dimension"])


def test_every_figure_of_the_feed_is_in_the_dictionary(folder: Path) -> None:
    names = set(table(folder, "dictionary")["name"])
    assert {*table(folder, "figures_by_day")["figure"], *table(folder, "figures_by_group")["figure"]} <= names


def test_the_feed_is_marked_and_recorded(folder: Path, demonstration: Review) -> None:
    note = (folder / "README.txt").read_text()
    assert note.startswith("OFFICIAL-SENSITIVE \u00b7 DEMONSTRATION DATA\n")
    assert WHY in note
    entries = demonstration.record.about(Kind.DISCLOSURE, "every figure by day and by group")
    # Another process of the tests may have written the same feed of the same review.
    assert {entry.reason for entry in entries} == {WHY}


def test_a_review_with_no_load_has_no_feed(desk: Loader, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Nothing has been loaded"):
        write_feed(desk.review, tmp_path / "out", reason=WHY)
    assert not (tmp_path / "out").exists()


def test_a_feed_of_one_day_is_refused(
    desk: Loader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", str(tmp_path / "out"), "--feed", "--as-known", "2024-01-11", "--reason", WHY]
    assert main(["--review", str(desk.review.folder), *words]) == 1
    assert "leave --as-known out" in capsys.readouterr().err
