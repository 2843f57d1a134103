import struct
from dataclasses import replace

import pytest

from data.errors import UserError
from reports.press.image import alternative, png
from tests.reports.press.releases import FIGURES, PICTURE, REAL, count, exact, issue_of, published


def test_a_picture_is_of_the_size_that_social_media_show():
    assert struct.unpack(">II", png(PICTURE)[16:24]) == (1200, 675)


def test_its_text_alternative_says_all_of_it_and_lies_in_the_file_too():
    said = alternative(PICTURE)
    assert said == (
        "Test Police, Release 5, version 2. 33 failures had been found by 20 May 2024 (revised; exact, in "
        "the public interest). If you are in immediate danger, call 999."
    )
    assert f"Description\0\0\0en-GB\0\0{said}".encode() in png(PICTURE)


def test_a_number_that_is_not_given_is_made_no_picture_of():
    with pytest.raises(UserError, match="to protect people"):
        png(replace(REAL, figure="people_not_safe"))


def test_a_figure_that_the_release_does_not_have_is_an_error_of_the_program():
    with pytest.raises(ValueError, match="no figure called 'referrals'"):
        png(replace(REAL, figure="referrals"))


def test_words_that_do_not_fit_or_that_the_fonts_do_not_have_get_one_sentence():
    long = count("failures", "Failures found " * 30, "failures", exact(33))
    with pytest.raises(UserError, match="too long a name"):
        png(issue_of(published(figures=(long,)), figure="failures"))
    with pytest.raises(UserError, match=r"U\+8A55"):
        png(issue_of(published(body="評", figures=FIGURES), figure="failures"))
