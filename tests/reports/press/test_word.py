import io
from zipfile import ZipFile

import pytest
from docx import Document

from reports.press.word import docx
from tests.reports.press.releases import EMBARGOED, PUBLISHED_AT, REAL


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
