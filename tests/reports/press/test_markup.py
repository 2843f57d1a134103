import io
import re
from zipfile import ZipFile

import pytest
from docx import Document

from reports.press.markup import docx, html
from reports.press.notice import Issue
from tests.reports.press.releases import EMBARGOED, PUBLISHED_AT, REAL, issue_of, published


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


@pytest.fixture(scope="module")
def opened():
    return Document(io.BytesIO(docx(REAL)))


def test_headings_lists_and_tables_are_what_they_look_like(opened):
    styles = [each.style.name for each in opened.paragraphs]
    assert styles[:3] == ["Subtitle", "Title", "Normal"]
    assert styles.count("Heading 1") == 5
    assert styles.count("List Bullet") == 9
    for table in opened.tables:
        assert table.style.name == "Figures"
        assert len(table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader")) == 1
        assert table._tbl.xpath("./w:tblPr/w:tblCaption/@w:val")


def test_a_document_says_of_itself_its_title_its_body_its_moment_and_its_language_and_nothing_else(opened):
    said = opened.core_properties
    assert (said.title, said.author, said.language) == (REAL.title, "Test Police", "en-GB")
    assert said.created == said.modified == PUBLISHED_AT
    assert not any(
        (said.last_modified_by, said.comments, said.keywords, said.subject, said.category, said.revision)
    )
    with ZipFile(io.BytesIO(docx(REAL))) as archive:
        assert len(archive.namelist()) == 10
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_mark_stands_at_the_head_of_every_page():
    (section,) = Document(io.BytesIO(docx(EMBARGOED))).sections
    assert section.header.paragraphs[0].text.startswith("EMBARGOED UNTIL 09:30")
    assert section.header.paragraphs[0].text.endswith("DEMONSTRATION DATA")
    (bare,) = Document(io.BytesIO(docx(REAL))).sections
    assert bare.header.paragraphs[0].text == ""
    assert bare.footer.paragraphs[0].text.startswith(REAL.short)
