import re

from reports.press.issue import Issue
from reports.press.page import html
from tests.reports.press.releases import EMBARGOED, REAL, issue_of, published


def text(issue: Issue) -> str:
    return html(issue).decode()


def test_the_way_out_and_where_to_get_help_stand_before_any_figure():
    page = text(REAL)
    first = page.index("3,780")
    assert page.index('href="https://www.bbc.co.uk/weather"') < page.index("call 999") < first
    assert page.index("call 999") < page.index("You can apply at any police station") < first


def test_what_an_author_typed_is_never_markup():
    assert "<script>alert" not in text(REAL)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(REAL)


def test_nothing_is_fetched_from_anywhere():
    assert re.findall(r"(?:src|srcset|poster|data|action)=|url\(|@import", text(REAL)) == []
    assert set(re.findall(r'href="([^"#]+)"', text(REAL))) == {
        "https://www.bbc.co.uk/weather",
        "https://www.police.example/ask",
    }


def test_a_release_under_embargo_says_so_before_anything_else_and_a_public_one_bears_no_mark():
    assert "EMBARGOED UNTIL 09:30 ON WEDNESDAY 22 MAY 2024 (BST): NOT FOR PUBLICATION" in text(EMBARGOED)
    assert 'class="mark"' not in text(REAL)
    assert "OFFICIAL" not in text(EMBARGOED)


def test_a_review_without_a_website_has_no_link_but_the_way_out():
    issue = issue_of(published(help=REAL.help.model_copy(update={"website": ""})))
    assert text(issue).count("https://") == 2  # the way out, and what an author typed into the note
