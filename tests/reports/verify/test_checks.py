import pytest

from reports.press.notice import lines_of, notice_of
from reports.verify.checks import NotAsAsked, check_numbers, read_markup, spoken_texts
from tests.reports.press.releases import ISSUES, REAL


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_all_that_a_notice_says_was_published(issue):
    check_numbers(spoken_texts(notice_of(issue)), issue)


@pytest.mark.parametrize("more", ["3,778 applications", "as at 22 June 2025", "a share of 0.87%", "2.5 days"])
def test_a_number_that_was_not_published_is_found_wherever_it_stands(more):
    with pytest.raises(NotAsAsked, match="a number that was not published"):
        check_numbers([*spoken_texts(notice_of(REAL)), more], REAL)


def test_a_number_of_what_is_not_told_is_found_though_the_release_knows_between_which_it_lies():
    bare = REAL.public.model_copy(update={"rule": "Small counts are not shown."})
    issue = type(REAL)(public=bare, published_at=REAL.published_at, digest=REAL.digest)
    check_numbers(spoken_texts(notice_of(issue)), issue)
    with pytest.raises(NotAsAsked, match="a number that was not published"):
        check_numbers([*spoken_texts(notice_of(issue)), "between 1 and 7 people"], issue)


def test_a_number_that_is_left_out_is_missed_unless_not_all_are_asked_for():
    (population, *_) = lines_of(REAL.public)
    with pytest.raises(NotAsAsked, match="a number that is missing"):
        check_numbers([population], REAL)
    check_numbers([population], REAL, every=False)


def test_commas_that_a_spreadsheet_does_not_keep_make_no_difference():
    check_numbers([*spoken_texts(notice_of(REAL)), "3780"], REAL)


@pytest.mark.parametrize("caption", ['a" onmouseover="b', "a > b"])
def test_an_asked_text_that_would_end_its_attribute_or_its_tag_is_refused(caption):
    tag = '<div class="wide" role="region" tabindex="0" aria-label="{}"></div>'
    escaped = caption.replace('"', "&#34;").replace(">", "&gt;")
    assert read_markup(tag.format(escaped), "page", {caption}, "its markup") == []
    with pytest.raises(NotAsAsked):
        read_markup(tag.format(caption), "page", {caption}, "its markup")
