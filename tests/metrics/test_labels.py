import datetime as dt

from metrics.dimensions import dimension
from metrics.labels import OTHER, labelled, labelled_texts


def test_a_missing_value_has_its_words_even_where_a_value_is_called_the_same():
    assert labelled(dimension("grade"), ["high", None]) == ["high", "not graded yet"]
    assert labelled(dimension("area"), ["not recorded", None]) == ["not recorded", "(not recorded)"]


def test_a_day_stands_for_its_period_and_a_truth_is_said_in_words():
    assert labelled(dimension("month_found"), [dt.date(2024, 1, 1)]) == ["Jan 2024"]
    assert labelled(dimension("quarter of found_on"), [dt.date(2024, 4, 1)]) == ["2024 Q2"]
    assert labelled(dimension("harm"), [True, False]) == ["yes", "no"]


def test_what_was_kept_as_text_reads_the_same():
    assert labelled_texts(dimension("month_found"), ["2024-01-01", None, OTHER]) == [
        "Jan 2024",
        "not recorded",
        "other",
    ]
    assert labelled_texts(dimension("harm"), ["true", "False"]) == ["yes", "no"]
    assert labelled_texts(dimension("year"), ["2015"]) == ["2015"]
