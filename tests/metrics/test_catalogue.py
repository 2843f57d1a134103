import re
from typing import get_args

import polars as pl
import pytest

from data.terms import Case, Stages, words_of
from metrics.catalogue import CATALOGUE, metric, metrics_of
from metrics.dimensions import DIMENSIONS, dimension, dimensions_of
from metrics.metric import SPOKEN, Metric, Subject, spoken
from tests.metrics.test_evaluate import world_of
from tests.metrics.world import D

COMPLAINTS = words_of(Case(one="complaint", many="complaints"), Stages())


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_every_figure_says_all_that_makes_it_one(each):
    for words in (each.title, each.definition, each.why_it_matters, each.counts, each.unit, each.owner):
        assert words.strip()
    assert each.definition.endswith(".")
    assert each.why_it_matters.endswith(".")
    assert (each.out_of is not None) == (each.share or not isinstance(each, Metric))


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_every_figure_reads_only_columns_that_its_subject_has(each):
    columns = world_of(1)[1][each.subject].collect_schema().names()
    assert each.columns <= set(columns)


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_a_review_of_complaints_speaks_of_complaints(each):
    words = [getattr(spoken(each, COMPLAINTS), name) or "" for name in SPOKEN]
    assert not re.search(r"application|[{}]", " ".join(words), re.IGNORECASE)


def test_a_name_of_a_case_keeps_its_own_capitals():
    dvds = words_of(Case(one="DVDS application", many="DVDS applications"), Stages())
    assert spoken(metric("population"), dvds).title == "DVDS applications in the review"


def test_names_and_titles_are_not_given_twice():
    assert len({each.name for each in CATALOGUE}) == len(CATALOGUE)
    assert len({each.title for each in CATALOGUE}) == len(CATALOGUE)
    assert len({each.name for each in DIMENSIONS}) == len(DIMENSIONS)


def test_an_unknown_figure_or_dimension_is_an_error_and_not_a_guess():
    with pytest.raises(KeyError):
        metric("populatoin")
    with pytest.raises(KeyError):
        dimension("colour")


def test_every_figure_belongs_to_one_subject():
    assert sum(len(metrics_of(each)) for each in get_args(Subject)) == len(CATALOGUE)


@pytest.mark.parametrize("each", DIMENSIONS, ids=lambda each: each.name)
def test_every_dimension_has_a_value_in_every_subject_it_names(each):
    for subject in each.subjects:
        rows = world_of(1)[1][subject].select(each.value(D(2023, 11, 1)).alias("value")).collect()
        assert rows.schema["value"] != pl.Null
        assert each in dimensions_of(subject)
