import pytest

from reports.press.notice import notice_of
from reports.press.paper import pdf
from reports.reopened.difference import NotAsAsked
from reports.reopened.press.paper import check, spoken
from tests.reports.press.releases import ISSUES, OTHERS, REAL
from tests.reports.reopened.test_pdf import hidden_behind, saved


@pytest.fixture(scope="module")
def file():
    return pdf(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_notice_that_says_what_was_published_leaves(issue):
    check(pdf(issue), issue)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_notice_of_any_other_release_does_not_leave(file, other):
    with pytest.raises(NotAsAsked):
        check(file, other)


CHANGES = {
    "saved by another program": saved(lambda opened: None),
    "an object that nothing names": hidden_behind,
    "something behind its end": lambda file: file + b"\nCASE-1",
    "another language": lambda file: file.replace(b"/Lang(en-GB)", b"/Lang(cy-GB)", 1),
    "cut short": lambda file: file[:-40],
    "empty": lambda file: b"",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_notice_that_was_changed_or_holds_anything_more_does_not_leave(file, change):
    with pytest.raises(NotAsAsked):
        check(change(file), REAL)


def test_what_is_spoken_of_a_notice_is_every_text_of_it():
    said = list(spoken(notice_of(REAL)))
    for text in ("Test Police", "not told", "Release 4", "Getting help", "How it is given", REAL.short):
        assert text in said
