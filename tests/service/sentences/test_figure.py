import polars as pl

from service.sentences.figure import chance_of


def groups(*rows):
    return pl.DataFrame(rows, schema=["numerator", "denominator"], orient="row")


def test_groups_differ_by_chance_or_by_more():
    assert chance_of(groups((3, 4), (1, 4)), "the teams") == (
        "No sign that the teams differ: chance does as much about 49 times in 100."
    )
    assert chance_of(groups((20, 25), (0, 25)), "the teams") == (
        "The teams differ by more than chance explains (less than 1 time in 100). Groups that are alike are "
        "flagged in at most 1 in 20 cases."
    )
    assert chance_of(groups((1, 4)), "the teams") == "There is too little data to compare the teams."
