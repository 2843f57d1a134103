import datetime as dt
from dataclasses import replace

import pytest

from data.publishing.content import Published
from reports.press.issue import Issue
from reports.press.notice import notice_of
from tests.reports.press.digests import WRITERS
from tests.reports.press.releases import (
    DEMONSTRATION,
    ELSEWHERE,
    EMBARGOED,
    HELP,
    PICTURE,
    PUBLISHED_AT,
    REAL,
    WITHDRAWN,
    issue_of,
    published,
)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (dt.datetime(2024, 1, 11, 9, 30, tzinfo=dt.UTC), "09:30 on Thursday 11 January 2024 (GMT)"),
        (dt.datetime(2024, 3, 31, 0, 59, 59, tzinfo=dt.UTC), "00:59:59 on Sunday 31 March 2024 (GMT)"),
        (dt.datetime(2024, 3, 31, 1, 0, tzinfo=dt.UTC), "02:00 on Sunday 31 March 2024 (BST)"),
        (dt.datetime(2024, 10, 27, 0, 30, tzinfo=dt.UTC), "01:30 on Sunday 27 October 2024 (BST)"),
        (dt.datetime(2024, 10, 27, 1, 30, tzinfo=dt.UTC), "01:30 on Sunday 27 October 2024 (GMT)"),
    ],
)
def test_a_moment_is_told_by_the_clocks_of_its_readers(moment, said):
    assert issue_of(published_at=moment).moment == said
    assert issue_of(published(time_zone="UTC"), published_at=moment).moment.endswith("(UTC)")


def test_of_a_statement_made_elsewhere_the_day_is_told_and_no_time():
    assert ELSEWHERE.moment == "Wednesday 22 May 2024"


def test_marks_say_whether_it_may_be_printed_and_whether_it_is_real():
    assert REAL.marks == ()
    assert DEMONSTRATION.marks == ("DEMONSTRATION DATA",)
    assert EMBARGOED.marks == (
        "EMBARGOED UNTIL 09:30 ON WEDNESDAY 22 MAY 2024 (BST): NOT FOR PUBLICATION",
        "DEMONSTRATION DATA",
    )
    assert WITHDRAWN.marks == ("WITHDRAWN: NOT TO BE USED",)
    assert issue_of(standing="replaced").marks == ("REPLACED BY A LATER VERSION",)


def test_its_number_day_and_status_stand_on_one_line():
    assert REAL.short == "Release 5, version 2. As at 20 May 2024. Revised figures."
    assert REAL.title == "Release 5, version 2: Risk assessment is complete: <script>alert(1)</script>"


def test_signs_that_nobody_sees_are_left_out_of_every_text_and_lines_are_kept():
    note = "one\u200b\u202e\x07 \u00a0line\r\n\r\nand cafe\u0301\u2028more"
    help_ = HELP.model_copy(update={"contact": "a\nb\u200b"})
    issue = issue_of(published(note=note, title="A\u00a0title\u200b", help=help_))
    assert issue.public.note == "one line\nand caf\u00e9\nmore"
    assert issue.public.title == "A title"
    assert issue.help.contact == "a b"
    assert isinstance(issue, Issue)
    assert issue.public.figures == REAL.public.figures
    assert isinstance(issue.public, Published)


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_published_at_once_is_of_the_second_in_every_file(name):
    at_once = replace(PICTURE, published_at=PUBLISHED_AT.replace(microsecond=654_321))
    assert at_once.published_at == PUBLISHED_AT
    assert WRITERS[name](at_once) == WRITERS[name](PICTURE)


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_withdrawn_says_so_in_its_words_with_the_day_and_the_reason(name):
    at = dt.datetime(2024, 6, 3, 13, 5, 9, 5, tzinfo=dt.UTC)
    gone = replace(PICTURE, standing="withdrawn", withdrawn_at=at, reason="Its failures were\nmiscounted.")
    assert WRITERS[name](gone)
    lines = notice_of(gone).lines
    assert lines[0] == "Withdrawn: 14:05:09 on Monday 3 June 2024 (BST). None of its figures may be used."
    assert lines[1] == "Why it was withdrawn: Its failures were miscounted."
    assert "Published: " not in " ".join(lines)
    assert "some differ from those published before" not in gone.status
    assert gone.short.startswith("Release 5, version 2, withdrawn on 3 June 2024.")


def test_what_was_withdrawn_has_a_day_and_a_reason():
    with pytest.raises(ValueError, match="when and why"):
        issue_of(standing="withdrawn")
