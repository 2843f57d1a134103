import datetime as dt
import io
from dataclasses import replace

import pikepdf
import pytest

from data.errors import UserError
from data.publishing.content import Published, PublishedCell
from metrics.clauses import titled
from reports.press.notice import (
    EDITORS,
    FIGURES,
    HAPPENED,
    MEANING,
    SAFETY,
    Issue,
    heading,
    line_of,
    lines_of,
    notice_of,
    pdf,
    unit_of,
    written,
)
from tests.reports.press.digests import WRITERS
from tests.reports.press.releases import (
    DEMONSTRATION,
    ELSEWHERE,
    EMBARGOED,
    HELP,
    NOTED,
    PICTURE,
    PUBLISHED_AT,
    REAL,
    WITHDRAWN,
    count,
    exact,
    issue_of,
    published,
    rounded,
)
from tests.reports.press.releases import FIGURES as PUBLISHED


def part(issue, heading):
    return next(each for each in notice_of(issue).parts if each.heading.startswith(heading))


def test_a_notice_says_when_it_is_public_its_days_and_what_its_status_means():
    assert notice_of(REAL).lines == (
        "Published: 09:30 on Wednesday 22 May 2024 (BST).",
        "Figures as at 20 May 2024, as known on 21 May 2024.",
        "Revised figures: some differ from those published before, as shown below.",
    )
    assert notice_of(EMBARGOED).lines[0].startswith("To be published: 09:30")


def test_a_split_figure_is_a_table_in_which_what_is_not_told_says_so():
    (grid,) = part(REAL, FIGURES).grids
    assert grid.caption == "Failures found by headline part and area, as at 20 May 2024"
    assert grid.columns == ("Headline part", "Area", "Failures", "How it is given")
    assert grid.rows == (
        ("with harm", "north", "withheld", "to protect people"),
        ("administrative", "north & <b>south</b>", "15", "rounded"),
        ("service", "not recorded", "0", "as counted"),
    )


def test_what_changed_is_told_in_words_and_as_a_table():
    changed = part(REAL, "What changed")
    assert changed.heading == "What changed and why, since Release 4"
    assert "Nature of this release: revision." in changed.lines
    assert changed.points[0][1].startswith("3,580 became 3,780")
    assert changed.grids[0].rows == (("Applications in the review", "3,580", "3,780"),)
    headings = [each.heading for each in notice_of(ELSEWHERE).parts]
    assert headings == [FIGURES, MEANING, EDITORS, SAFETY]


def test_every_figure_is_defined_once_and_whole():
    points = part(REAL, MEANING).points
    assert [lead for lead, _ in points] == [
        "Applications in the review: ", "Failures found: ", "People not safe to contact: ", "Failure rate: ",
    ]  # fmt: skip
    assert points[1][1].endswith("should have disclosed and did not, or where inadequate research was done.")
    assert part(REAL, MEANING).lines == (REAL.public.precedence, REAL.public.rule)


def test_where_no_definition_was_published_it_says_so():
    bare = [each.model_copy(update={"definition": ""}) for each in REAL.public.figures]
    said = part(issue_of(published(figures=tuple(bare), rule="", precedence="")), MEANING)
    assert (said.lines, said.points) == (("No definitions were published with these figures.",), ())


def test_a_title_that_says_what_it_is_split_by_does_not_say_it_twice():
    told = REAL.public.figures[-1]
    assert titled(told) == "Failures found by headline part and area"
    assert titled(told.model_copy(update={"title": titled(told)})) == titled(told)


def test_whom_to_ask_is_left_out_where_nobody_is_named():
    silent = REAL.help.model_copy(update={"contact": "", "website": "", "how_to_apply": ""})
    said = notice_of(issue_of(published(help=silent)))
    assert not [line for each in said.parts for line in each.lines if line.startswith(("Contact", "Website"))]
    assert said.parts[-1].lines == (REAL.help.emergency,)


def test_a_review_of_no_scheme_names_none():
    assert "under" not in part(issue_of(published(scheme="")), EDITORS).lines[0]
    assert part(REAL, EDITORS).lines[0].endswith("under the scheme.")


def test_every_figure_that_is_not_split_is_a_line_with_its_number_unit_day_and_status():
    assert lines_of(REAL.public) == [
        "The review covers about 3,780 applications (20 May 2024; revised; rounded).",
        "33 failures had been found by 20 May 2024 (revised; exact, in the public interest).",
        "People not safe to contact: withheld (20 May 2024; revised; to protect people).",
        (
            "Failure rate: about 0.93% of applications risk assessed, less than one per cent (20 May 2024; revised; "
            "from rounded numbers)."
        ),
    ]
    assert lines_of(ELSEWHERE.public) == [
        "The review covers more than 3,500 applications (20 May 2024; provisional)."
    ]


def test_a_line_of_one_part_of_a_figure_names_the_part():
    told = PUBLISHED[-1]
    assert line_of(REAL.public, told, told.cells[1]) == (
        "About 15 failures (administrative, north & <b>south</b>) had been found by 20 May 2024 (revised; rounded)."
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
            "withheld",
            "referrals",
        ),
    ],
)
def test_a_number_is_written_as_it_was_published_and_its_unit_goes_with_it(said, words, unit):
    told = count("open_referrals", "Referrals open", "referrals", said)
    assert (written(said), unit_of(told, said)) == (words, unit)


def test_a_column_of_numbers_is_named_by_its_unit():
    assert [heading(each) for each in PUBLISHED] == [
        "Applications",
        "Failures",
        "People",
        "Share",
        "Failures",
    ]


def test_a_notice_is_tagged_and_says_of_itself_its_title_and_its_moment_alone():
    with pikepdf.open(io.BytesIO(pdf(REAL))) as opened:
        assert "<pdfuaid:part>1</pdfuaid:part>" in opened.Root.Metadata.read_bytes().decode()
        assert (str(opened.Root.Lang), opened.Root.MarkInfo.Marked) == ("en-GB", True)
        said = {name: str(each) for name, each in opened.docinfo.items()}
        moment = f"D:{PUBLISHED_AT:%Y%m%d%H%M%S}Z"
        assert said.pop("/Creator").startswith("Typst ")
        assert said == {"/Title": REAL.title, "/CreationDate": moment, "/ModDate": moment}


def test_a_letter_that_cannot_be_printed_gets_one_sentence_that_says_what_to_do():
    with pytest.raises(
        UserError, match=r"^The press notice cannot print the letter U\+8A55.* Word document instead\.$"
    ):
        pdf(issue_of(published(title="評価")))


def test_dated_notes_are_a_part_of_the_notice_and_without_one_there_is_none():
    assert part(NOTED, HAPPENED).points == (
        ("25 December 2023: ", "Most staff were on leave"),
        ("5 February 2024: ", "<b>Six</b> joined; =1+1 & [a](https://b.example)"),
    )
    assert HAPPENED not in [each.heading for each in notice_of(REAL).parts]


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
    assert issue_of(state="replaced").marks == ("REPLACED BY A LATER VERSION",)


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
    gone = replace(PICTURE, state="withdrawn", withdrawn_at=at, reason="Its failures were\nmiscounted.")
    assert WRITERS[name](gone)
    lines = notice_of(gone).lines
    assert lines[0] == "Withdrawn: 14:05:09 on Monday 3 June 2024 (BST). None of its figures may be used."
    assert lines[1] == "Why it was withdrawn: Its failures were miscounted."
    assert "Published: " not in " ".join(lines)
    assert "some differ from those published before" not in gone.status
    assert gone.short.startswith("Release 5, version 2, withdrawn on 3 June 2024.")


def test_what_was_withdrawn_has_a_day_and_a_reason():
    with pytest.raises(ValueError, match="when and why"):
        issue_of(state="withdrawn")
