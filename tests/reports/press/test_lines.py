import pytest

from data.publishing.content import PublishedCell
from reports.press.lines import heading, line_of, lines_of, unit_of, written
from tests.reports.press.releases import ELSEWHERE, FIGURES, REAL, count, exact, rounded


def test_every_figure_that_is_not_split_is_a_line_with_its_number_unit_day_and_status():
    assert lines_of(REAL.public) == [
        "About 3,780 applications were in the review as at 20 May 2024 (revised; rounded).",
        "33 failures had been found as at 20 May 2024 (revised; exact, in the public interest).",
        "People not safe to contact: not told as at 20 May 2024 (revised; to protect people).",
        "Failure rate: about 0.93% of applications risk assessed, less than one per cent, as at 20 May 2024 (revised; from rounded numbers).",
    ]
    assert lines_of(ELSEWHERE.public) == [
        "More than 3,500 applications were in the review as at 20 May 2024 (provisional)."
    ]


def test_a_line_of_one_part_of_a_figure_names_the_part():
    told = FIGURES[-1]
    assert line_of(REAL.public, told, told.cells[1]) == (
        "About 15 failures (administrative, north & <b>south</b>) had been found as at 20 May 2024 (revised; rounded)."
    )


@pytest.mark.parametrize(
    ("said", "words", "unit"),
    [
        (exact(1), "1", "referral"),
        (exact(2), "2", "referrals"),
        (rounded(15), "15", "referrals"),
        (
            PublishedCell(shown="1", number=1, qualifier="more than", treatment="typed"),
            "more than 1",
            "referrals",
        ),
        (
            PublishedCell(shown="*", number=None, low=1, high=7, treatment="suppressed"),
            "not told",
            "referrals",
        ),
    ],
)
def test_a_number_is_written_as_it_was_published_and_its_unit_goes_with_it(said, words, unit):
    told = count("open_referrals", "Referrals open", "referrals", said)
    assert (written(said), unit_of(told, said)) == (words, unit)


def test_a_column_of_numbers_is_named_by_its_unit():
    assert [heading(each) for each in FIGURES] == ["Applications", "Failures", "People", "Share", "Failures"]
