import polars as pl

from data.terms import Case
from metrics.catalogue import CATALOGUE
from metrics.dimensions import DIMENSIONS
from metrics.metric import spoken
from reports.dictionary import of_dimensions, of_figures


def test_the_dictionary_says_of_every_figure_what_its_definition_says():
    metrics = [spoken(each, Case()) for each in CATALOGUE]
    rows = of_figures(metrics).rows
    assert rows["Definition"].to_list() == [each.definition for each in metrics]
    kinds = dict(rows.select("Name", "Kind").rows())
    assert kinds["failures"] == "count"
    assert kinds["failure_rate"] == "share, with the 95% Wilson interval"
    assert kinds["share_completed"] == "share of a piece of work"
    assert kinds["days_in_review"].startswith("median days")


def test_the_dictionary_has_every_dimension_and_how_a_missing_value_is_called():
    rows = of_dimensions().rows
    assert rows["Name"].to_list() == [each.name for each in DIMENSIONS]
    assert rows.filter(pl.col("Name") == "grade")["Where nothing is recorded"].to_list() == ["not graded yet"]
