"""A nation's figures are those of all its forces' rows together, and none is shown of some of them unasked."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from data.errors import UserError
from data.partitions import Manifest, PartitionError, read_file
from data.terms import USUAL_WORDS
from metrics import catalogue, cube
from metrics.as_at import Clocks
from metrics.dimensions import FORCE, dimension, dimensions_of
from metrics.evaluate import evaluate_all
from metrics.histories.subjects import HISTORIES
from metrics.questions import Question
from service.nation import IncompleteError, choose, history, steps, sums
from tests.service.nations import DAY, NAMES, histories_of, nation_in

CLOCKS = Clocks(DAY, DAY)
ANYONE: Any = SimpleNamespace(forces=None, only_forces={}, may=lambda _: True)


def reader(*forces: str) -> Any:
    return SimpleNamespace(forces=forces, only_forces={}, may=lambda _: True)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory):
    return nation_in(tmp_path_factory.mktemp("nation"))


@pytest.fixture(scope="module")
def whole():
    """Every row of every force, as one process would have it."""
    names = pl.Enum(NAMES)
    of_forces = [histories_of(number, name) for number, name in enumerate(NAMES)]
    return {
        subject: pl.concat(
            [one[subject].with_columns(pl.col(FORCE.name).cast(pl.String).cast(names)) for one in of_forces],
            how="vertical_relaxed",
        )
        for subject in HISTORIES
    }


def figures(nation, question, forces=NAMES):
    return question.plan.finish(sums(nation, forces, question))


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Enum).cast(pl.String))


@pytest.mark.parametrize("subject", HISTORIES)
def test_every_figure_and_split_is_that_of_all_rows_together(nation, whole, subject):
    metrics = catalogue.metrics_of(subject)
    names = tuple(metric.name for metric in metrics)
    for by in ((), *((split.name,) for split in dimensions_of(subject) if not split.staff)):
        own = figures(nation, Question(names, CLOCKS, by))
        expected = evaluate_all(metrics, whole[subject].lazy(), CLOCKS, by=list(map(dimension, by)))
        for name in names:
            assert as_text(own[name]).equals(as_text(expected[name])), (name, by)


@pytest.mark.parametrize("subject", HISTORIES)
def test_the_cube_of_a_nation_has_the_counts_of_its_rows(nation, whole, subject):
    totals = cube.cube(subject, steps(nation, NAMES, subject), {}).totals(CLOCKS)
    expected = evaluate_all(cube.counts_of(subject), whole[subject].lazy(), CLOCKS)
    for name, numbers in totals.items():
        assert numbers["numerator"] == expected[name]["numerator"][0], name
        assert numbers["denominator"] == expected[name]["denominator"][0], name


def test_a_nation_is_counted_without_a_force_that_is_left_out(nation):
    both = figures(nation, Question(("population",), CLOCKS), NAMES[:2])["population"]["numerator"][0]
    of_forces = [
        figures(nation, Question(("population",), CLOCKS), (name,))["population"]["numerator"][0]
        for name in NAMES[:2]
    ]
    assert both == sum(of_forces)
    assert history(nation, NAMES[:1], "cases").collect()[FORCE.name].unique().to_list() == [NAMES[0]]


def test_nothing_is_counted_of_some_forces_unless_the_reader_chooses_it(nation):
    more = replace(nation, names=(*NAMES, "Derrow"))
    with pytest.raises(IncompleteError, match=r"1 force of 4 cannot be counted\. Derrow: no return yet\."):
        choose(more, ANYONE, USUAL_WORDS)
    assert choose(more, ANYONE, USUAL_WORDS, without=1) == NAMES
    assert choose(nation, ANYONE, USUAL_WORDS) == NAMES
    assert more.spoken(NAMES, USUAL_WORDS) == "3 of 4 forces have sent returns"


def test_a_reader_who_may_see_some_forces_is_shown_no_other(nation):
    assert choose(nation, reader("Calder"), USUAL_WORDS) == ("Calder",)
    assert nation.spoken(("Calder",), USUAL_WORDS) == "1 of 3 forces counted"


def test_a_force_that_the_settings_name_and_the_nation_does_not_is_refused(nation):
    visit = SimpleNamespace(forces=None, only_forces={"a.reader": ("Nowhere",)}, may=lambda _: True)
    with pytest.raises(UserError, match="The settings name 'Nowhere' in only_forces, which is no force here"):
        choose(nation, visit, USUAL_WORDS)


def test_a_choice_to_do_without_one_force_is_none_to_do_without_two(nation):
    more = replace(nation, names=(*NAMES, "Derrow", "Elmstead"))
    with pytest.raises(IncompleteError, match="2 forces of 5 cannot be counted"):
        choose(more, ANYONE, USUAL_WORDS, without=1)
    assert choose(more, ANYONE, USUAL_WORDS, without=2) == NAMES


@pytest.mark.parametrize(
    ("changes", "why"), [({"edition": "0"}, "another version"), ({"terms": "0"}, "other terms")]
)
def test_partitions_of_another_version_or_of_other_terms_count_for_nothing(nation, changes, why):
    first, *others = nation.manifest.partitions
    older = replace(nation, manifest=Manifest(partitions=(first.model_copy(update=changes), *others)))
    assert list(older.missing()) == ["Ashdown"]
    assert why in older.missing()["Ashdown"]


def test_a_reader_who_may_see_no_force_of_a_nation_is_refused(nation):
    with pytest.raises(IncompleteError, match="There is no force of which you may see figures"):
        choose(nation, reader(), USUAL_WORDS, without=1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda path: path.unlink(), "is not there"),
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), "is cut short"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"?"), "is not what was sent"),
    ],
    ids=["missing", "cut", "altered"],
)
def test_a_partition_that_is_not_what_was_sent_is_named_and_counts_for_nothing(tmp_path: Path, damage, why):
    nation = nation_in(tmp_path)
    damage(tmp_path / "Bedlow" / "cases.parquet")
    read_file.cache_clear()
    with pytest.raises(IncompleteError, match=rf"1 force of 3 cannot be counted\. Bedlow: {why}"):
        choose(nation, ANYONE, USUAL_WORDS)
    with pytest.raises(PartitionError, match=f"What was sent of Bedlow {why}"):
        figures(nation, Question(("population",), CLOCKS))
    assert choose(nation, ANYONE, USUAL_WORDS, without=1) == ("Ashdown", "Calder")


@pytest.mark.long
def test_a_file_that_is_damaged_after_it_was_read_changes_no_figure(tmp_path: Path):
    nation = nation_in(tmp_path)
    question = Question(("population",), CLOCKS)
    before = figures(nation, question)["population"]
    for path in (tmp_path / "Bedlow").iterdir():
        path.write_bytes(b"?" * path.stat().st_size)
    assert figures(nation, question)["population"].equals(before)


def test_failures_by_which_cases_failed_are_joined_within_a_force(nation, whole):
    reason = whole["failures"]["reason"].drop_nulls().cast(pl.String).mode().sort()[0]
    metric = next(one for one in catalogue.metrics_of("cases") if one.share and "failed_on" in one.columns)
    question = Question((metric.name,), CLOCKS, filters=(("reason", (reason,)),))
    of_all = figures(nation, question)[metric.name]["numerator"][0]
    of_each = [figures(nation, question, (name,))[metric.name]["numerator"][0] for name in NAMES]
    assert of_all == sum(of_each) > 0


def test_days_of_a_course_are_those_of_every_force(nation):
    days = tuple(dt.date(2023, 11, day) for day in (1, 15, 30))
    question = Question(("population",), Clocks(DAY, dt.date.max), days=days, then=True)
    course = figures(nation, question)["population"]
    of_forces = [figures(nation, question, (name,))["population"]["numerator"] for name in NAMES]
    assert course["numerator"].to_list() == [sum(numbers) for numbers in zip(*of_forces, strict=True)]
