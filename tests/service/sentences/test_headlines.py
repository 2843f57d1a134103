import datetime as dt

import pytest

from charts.releases import Publication, Slope
from metrics.clauses import MEANS, NO_REASON, Revision
from service.sentences.headlines import UNKNOWN, badge, history_title, slopes_title

ROSE, FELL, SAME = (Slope("A", "1", "2", "", 1, after) for after in (2, 0, 1))
WITHHELD, NEW = Slope("A", "withheld", "2", ""), Slope("A", "", "2", "")


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ([ROSE, ROSE, SAME], "Two numbers rose, one unchanged"),
        ([ROSE, FELL, SAME, WITHHELD], "One number rose, one fell, one unchanged, one not comparable"),
        ([SAME], "One number unchanged"),
        ([NEW, ROSE, WITHHELD], "One number rose, one not comparable, one new"),
        ([NEW], "Published for the first time"),
        ([ROSE] * 11, "11 numbers rose"),
    ],
)
def test_the_title_counts_how_many_rose_fell_and_did_neither(numbers, title):
    assert slopes_title(numbers) == title


def publication(words, *, current=True):
    day = dt.date(2024, 1, 11)
    return Publication(day, "Release 1", words, 1, current, "final" if current else "withdrawn", day)


def test_the_title_of_a_number_over_time_has_the_first_and_the_last_that_stand():
    assert history_title(
        "Failures", [publication("25"), publication("40", current=False), publication("33")]
    ) == ("Failures: 25 to 33")
    assert history_title("Failures", [publication("25"), publication("25")]) == "Failures: 25"
    assert history_title("Failures", [publication("40", current=False)]) == "Failures: 40"


def revision(kind, why="8 more"):
    means = MEANS[kind].format(earlier="January's figure")
    words = dict.fromkeys(("figure", "title", "before", "after", "scale", "sentence"), "")
    return Revision(kind=kind, why=why, means=means, explained=True, **words)


def test_a_badge_says_what_kind_of_change_it_is_and_makes_up_none():
    assert badge(revision("update")) == "January's figure was right at the time"
    assert badge(revision("revision")) == "Revised after later checks"
    assert badge(revision("correction")) == "Corrected: the earlier figure was wrong"
    assert badge(revision("the same")) == "Both releases give the same figure"
    for why in NO_REASON:
        assert badge(revision("update", why)) == UNKNOWN
    for kind in MEANS.keys() - {"update", "revision", "correction", "the same"}:
        assert badge(revision(kind)) == "May be unchanged"
