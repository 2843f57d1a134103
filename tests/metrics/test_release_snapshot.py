"""A figure is frozen with its numbers and its words as they were, and with the digest of the rows behind it."""

import polars as pl
import pytest

from data.publishing.content import Counted
from metrics.as_at import Clocks, known
from metrics.catalogue import CATALOGUE, metric
from metrics.dimensions import dimension, having
from metrics.evaluate import behind, evaluate
from metrics.histories.subjects import HISTORIES
from metrics.release_snapshot import counted, digest_of_rows
from tests.metrics.world import BY_HAND, TERMS, THIRD, D, frames

NOW = Clocks.then(THIRD)
THEN = Clocks.then(D(2023, 11, 5))


@pytest.fixture(scope="module")
def by_hand():
    tables = frames(BY_HAND)
    return {subject: history.of(TERMS)(tables).collect().lazy() for subject, history in HISTORIES.items()}


def frozen(world, name, by=(), clocks=NOW):
    rows = world[metric(name).subject]
    split = [dimension(each) for each in by]
    digest = digest_of_rows(metric(name), rows, clocks, split)
    return counted(metric(name), evaluate(metric(name), rows, clocks, by=split), by, digest)


@pytest.mark.parametrize("name", [each.name for each in CATALOGUE])
def test_every_figure_can_be_frozen_and_read_again_letter_by_letter(by_hand, name):
    made = frozen(by_hand, name)
    assert Counted.read(made.written()) == made
    assert made.definition == metric(name).definition
    found = evaluate(metric(name), by_hand[metric(name).subject], NOW).row(0, named=True)
    (cell,) = made.cells
    assert (cell.numerator, cell.denominator) == (found["numerator"], found["denominator"])


def test_a_split_figure_has_a_cell_for_each_value_and_they_add_up(by_hand):
    made = frozen(by_hand, "failures", ("type", "harm"))
    assert sum(cell.numerator for cell in made.cells) == frozen(by_hand, "failures").cells[0].numerator == 3
    assert {len(cell.where) for cell in made.cells} == {2}


@pytest.mark.parametrize("name", ["harm", "type", "area", "year", "part"])
def test_a_cell_is_named_as_the_rows_behind_it_are_asked_for(by_hand, name):
    rows = behind(metric("failures"), by_hand["failures"], NOW)
    for cell in frozen(by_hand, "failures", (name,)).cells:
        kept = rows.filter(*having([(name, cell.where[0])], NOW.as_at)).select(pl.len()).collect().item()
        assert kept == cell.numerator


def test_the_digest_is_the_same_whatever_the_order_of_the_rows(by_hand):
    rows = by_hand["cases"]
    digest = digest_of_rows(metric("risk_assessed"), rows, NOW)
    assert digest_of_rows(metric("risk_assessed"), rows.reverse(), NOW) == digest
    assert len(digest) == 64


def test_the_digest_differs_where_a_row_comes_goes_or_says_something_else(by_hand):
    rows, figure = by_hand["cases"].collect(), metric("risk_assessed")
    digest = digest_of_rows(figure, rows.lazy(), NOW)
    one = behind(figure, rows.lazy(), NOW).collect()["application_ref"].sort()[0]
    without = rows.filter(pl.col("application_ref") != one)
    earlier = pl.col("assessed_on") - pl.duration(
        days=pl.when(pl.col("application_ref") == one).then(1).otherwise(0)
    )
    later = rows.with_columns(assessed_on=earlier)
    told = {digest, digest_of_rows(figure, without.lazy(), NOW), digest_of_rows(figure, later.lazy(), NOW)}
    assert len(told) == 3
    assert digest_of_rows(figure, rows.lazy(), THEN) != digest


def test_a_share_is_digested_with_all_that_it_is_out_of(by_hand):
    rows, share = by_hand["cases"].collect(), metric("share_completed")
    below = share.denominator.open_on(NOW.as_at) & ~share.numerator.open_on(NOW.as_at)
    one = known(rows.lazy(), NOW.known_at).filter(below).collect()["application_ref"].sort()[0]
    without = rows.filter(pl.col("application_ref") != one)
    assert digest_of_rows(share, without.lazy(), NOW) != digest_of_rows(share, rows.lazy(), NOW)


def test_another_split_of_the_same_rows_has_another_digest(by_hand):
    digests = {frozen(by_hand, "failures", by).rows for by in ((), ("type",), ("harm",))}
    assert len(digests) == 3
