from metrics.statement.published import Checked, Claim, Mark
from service.sentences import check


def checked(*marks: Mark, beside: int = 0) -> Checked:
    claims = tuple(Claim(place, place + 1, "1", mark, "Why.") for place, mark in enumerate(marks))
    return Checked("1" * len(marks), claims, tuple(Claim(0, 1, "1", Mark.SUM, "Why.") for _ in range(beside)))


def test_the_summary_says_how_many_are_wrong_of_those_that_are_figures():
    found = checked(Mark.MATCHES, Mark.DIFFERS, Mark.ANOTHER_DAY, Mark.NO_FIGURE, Mark.UNCLEAR, beside=1)
    assert check.summary(found) == (
        "2 of 4 numbers are not as published, 1 sum or phrase is wrong and 1 is unclear."
    )


def test_it_is_never_fine_where_something_could_not_be_told():
    assert check.summary(checked(Mark.MATCHES, Mark.UNCLEAR)) == (
        "Nothing contradicts what was published, but 1 of 2 numbers is unclear."
    )
    assert check.summary(checked(Mark.MATCHES, Mark.MATCHES)) == "All 2 numbers are as published."
    assert check.summary(checked(Mark.MATCHES)) == "The one number is as published."


def test_a_draft_without_a_figure_is_not_said_to_be_right():
    said = "No number in this draft can be checked against the review."
    assert check.summary(checked()) == check.summary(checked(Mark.NO_FIGURE)) == said
    assert check.summary(checked(beside=2)) == "2 sums or phrases are wrong."


def test_one_number_that_is_wrong_is_said_as_one():
    assert check.summary(checked(Mark.SMALL)) == "The one number is not as published."


def test_the_page_prints_what_was_measured_on_text_that_its_makers_had_not_seen():
    words = check.how_good()
    for figure in (
        "281 numbers",
        "195 unseen sentences",
        "64% of its alarms",
        "4 of 13",
        "74% of wrong numbers",
    ):
        assert figure in words
    assert "It called 4 wrong numbers “as published”." in words
    assert "November 2026, before the latest repairs" in words
