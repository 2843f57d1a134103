import io
import re
from zipfile import ZipFile

import pytest
from docx import Document

from reports.press.markup import docx, packed
from reports.verify.checks import NotAsAsked
from reports.verify.word import check
from tests.reports.press.releases import ISSUES, OTHERS, REAL


@pytest.fixture(scope="module")
def file():
    return docx(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_document_that_says_what_was_published_leaves(issue):
    check(docx(issue), issue)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_document_of_any_other_release_does_not_leave(file, other):
    with pytest.raises(NotAsAsked):
        check(file, other)


def parts(file):
    archive = ZipFile(io.BytesIO(file))
    return {name: archive.read(name) for name in archive.namelist()}


def changed(part, old, new):
    def change(file):
        held = parts(file)
        text, count = re.subn(old, new, held[part].decode(), count=1)
        assert count == 1
        return packed({**held, part: text.encode()})

    return change


def added(part, text):
    return lambda file: packed({**parts(file), part: text.encode()})


def by_python_docx(change):
    def saved(file):
        opened = Document(io.BytesIO(file))
        change(opened)
        written = io.BytesIO()
        opened.save(written)
        return packed(parts(written.getvalue()))

    return saved


BODY = "word/document.xml"
CHANGES = {
    "one digit": changed(BODY, "about 3,780 app", "about 3,778 app"),
    "a cell of a table": changed(BODY, "<w:t>withheld</w:t>", "<w:t>2</w:t>"),
    "a hidden run": changed(BODY, "<w:r><w:t>Test Police", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Test Police"),
    "an identity of an editing session": changed(BODY, "<w:r>", '<w:r w:rsidR="00A1B2C3">'),
    "a tracked deletion": changed(BODY, "<w:r><w:t>Test Police", "<w:del><w:r><w:delText>2</w:delText></w:r></w:del><w:r><w:t>Test Police"),
    "a remark in the markup": changed(BODY, "<w:body>", "<w:body><!-- CASE-1 -->"),
    "a text outside a run": changed(BODY, "<w:body><w:p>", "<w:body><w:p>CASE-1"),
    "a number in an attribute": changed(BODY, 'w:w="3118"', 'w:w="3118000001"'),
    "a heading that is none": changed(BODY, "Heading1", "Normal"),
    "a title that is none": changed(BODY, '"Title"', '"Caption"'),
    "two paragraphs run into one": changed(BODY, "</w:p><w:p>(?=<w:r><w:t>Figures as at)", ""),
    "heads of a table that are none": changed(BODY, "<w:tblHeader/>", ""),
    "a larger page": changed(BODY, 'w:w="11906"', 'w:w="11907"'),
    "no header": changed(BODY, "<w:headerReference [^>]*/>", ""),
    "no footer": changed(BODY, "<w:footerReference [^>]*/>", ""),
    "another author": changed("docProps/core.xml", "<dc:creator>Test Police", "<dc:creator>A. Officer"),
    "a keyword": changed("docProps/core.xml", "</cp:coreProperties>", "<cp:keywords>CASE-1</cp:keywords></cp:coreProperties>"),
    "another foot": changed("word/footer.xml", "Release 5", "Release 4"),
    "a mark that was not asked for": changed("word/header.xml", "</w:pPr>", "</w:pPr><w:r><w:t>DRAFT</w:t></w:r>"),
    "a style of its own": changed("word/styles.xml", 'w:val="22"', 'w:val="23"'),
    "a template from elsewhere": changed("word/_rels/document.xml.rels", 'Target="styles.xml"', 'Target="https://x.example/" TargetMode="External"'),
    "a part more": added("customXml/item1.xml", "<a>CASE-1</a>"),
    "comments": by_python_docx(lambda opened: opened.add_comment(opened.paragraphs[0].runs, text="CASE-1")),
    "a paragraph more": by_python_docx(lambda opened: opened.add_paragraph("CASE-1")),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
    "not XML": added(BODY, "<w:document"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_document_that_was_changed_or_holds_anything_more_does_not_leave(file, change):
    with pytest.raises(NotAsAsked):
        check(change(file), REAL)
