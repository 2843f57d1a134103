import pytest

from reports.press.page import html
from reports.reopened.difference import NotAsAsked
from reports.reopened.press.page import check
from tests.reports.press.releases import ISSUES, OTHERS, REAL


@pytest.fixture(scope="module")
def file():
    return html(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_page_that_says_what_was_published_leaves(issue):
    check(html(issue), issue)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_page_of_any_other_release_does_not_leave(file, other):
    with pytest.raises(NotAsAsked):
        check(file, other)


def changed(old, new):
    def change(file):
        assert old.encode() in file
        return file.replace(old.encode(), new.encode(), 1)

    return change


CHANGES = {
    "one digit": changed("About 3,780 app", "About 3,778 app"),
    "a cell of a table": changed('<td class="number">not told</td>', '<td class="number">2</td>'),
    "a remark in the markup": changed("<h1>", "<!-- CASE-1 --><h1>"),
    "something hidden": changed("<h1>", "<p hidden>CASE-1</p><h1>"),
    "an attribute more": changed("<h1>", '<h1 data-case="CASE-1">'),
    "a picture from elsewhere": changed("</main>", '<img src="https://x.example/1.png" alt=""></main>'),
    "a script from elsewhere": changed("<script>", '<script src="https://x.example/x.js">'),
    "another script": changed('"use strict";', 'fetch("https://x.example/");'),
    "another style": changed(".mark {", ".mark { display: none;"),
    "a policy that lets more in": changed("default-src &#39;none&#39;", "default-src *"),
    "another way out": changed("https://www.bbc.co.uk/weather", "https://x.example/"),
    "no way out": changed('<a id="exit"', "<a"),
    "the line for emergencies left out": changed("call 999", "call us"),
    "an element that is not closed": changed("</h1>", ""),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
    "not text": lambda file: file.replace(b"Test", b"\xff\xfe", 1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_page_that_was_changed_or_holds_anything_more_does_not_leave(file, change):
    with pytest.raises(NotAsAsked):
        check(change(file), REAL)
