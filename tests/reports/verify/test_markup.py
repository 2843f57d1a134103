import io
import re
import struct
import zlib
from dataclasses import replace
from zipfile import ZipFile

import pytest
from docx import Document

from reports.press.image import SIGNATURE, png
from reports.press.markup import docx, html, packed
from reports.verify.checks import NotAsAsked
from reports.verify.markup import check_docx, check_image, check_page
from tests.reports.press.releases import ELSEWHERE, EMBARGOED, ISSUES, OTHERS, PICTURE, REAL


@pytest.fixture(scope="module")
def file():
    return docx(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_document_that_says_what_was_published_leaves(issue):
    check_docx(docx(issue), issue)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_document_of_any_other_release_does_not_leave(file, other):
    with pytest.raises(NotAsAsked):
        check_docx(file, other)


def members(file):
    archive = ZipFile(io.BytesIO(file))
    return {name: archive.read(name) for name in archive.namelist()}


def part_changed(part, old, new):
    def change(file):
        held = members(file)
        text, count = re.subn(old, new, held[part].decode(), count=1)
        assert count == 1
        return packed({**held, part: text.encode()})

    return change


def added(part, text):
    return lambda file: packed({**members(file), part: text.encode()})


def by_python_docx(change):
    def saved(file):
        opened = Document(io.BytesIO(file))
        change(opened)
        written = io.BytesIO()
        opened.save(written)
        return packed(members(written.getvalue()))

    return saved


BODY = "word/document.xml"
DOCX_CHANGES = {
    "one digit": part_changed(BODY, "about 3,780 app", "about 3,778 app"),
    "a cell of a table": part_changed(BODY, "<w:t>withheld</w:t>", "<w:t>2</w:t>"),
    "a hidden run": part_changed(BODY, "<w:r><w:t>Test Police", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Test Police"),
    "an identity of an editing session": part_changed(BODY, "<w:r>", '<w:r w:rsidR="00A1B2C3">'),
    "a tracked deletion": part_changed(BODY, "<w:r><w:t>Test Police", "<w:del><w:r><w:delText>2</w:delText></w:r></w:del><w:r><w:t>Test Police"),
    "a remark in the markup": part_changed(BODY, "<w:body>", "<w:body><!-- CASE-1 -->"),
    "a text outside a run": part_changed(BODY, "<w:body><w:p>", "<w:body><w:p>CASE-1"),
    "a number in an attribute": part_changed(BODY, 'w:w="3118"', 'w:w="3118000001"'),
    "a heading that is none": part_changed(BODY, "Heading1", "Normal"),
    "a title that is none": part_changed(BODY, '"Title"', '"Caption"'),
    "two paragraphs run into one": part_changed(BODY, "</w:p><w:p>(?=<w:r><w:t>Figures as at)", ""),
    "heads of a table that are none": part_changed(BODY, "<w:tblHeader/>", ""),
    "a larger page": part_changed(BODY, 'w:w="11906"', 'w:w="11907"'),
    "no header": part_changed(BODY, "<w:headerReference [^>]*/>", ""),
    "no footer": part_changed(BODY, "<w:footerReference [^>]*/>", ""),
    "another author": part_changed("docProps/core.xml", "<dc:creator>Test Police", "<dc:creator>A. Officer"),
    "a keyword": part_changed("docProps/core.xml", "</cp:coreProperties>", "<cp:keywords>CASE-1</cp:keywords></cp:coreProperties>"),
    "another foot": part_changed("word/footer.xml", "Release 5", "Release 4"),
    "a mark that was not asked for": part_changed("word/header.xml", "</w:pPr>", "</w:pPr><w:r><w:t>DRAFT</w:t></w:r>"),
    "a style of its own": part_changed("word/styles.xml", 'w:val="22"', 'w:val="23"'),
    "a template from elsewhere": part_changed("word/_rels/document.xml.rels", 'Target="styles.xml"', 'Target="https://x.example/" TargetMode="External"'),
    "a part more": added("customXml/item1.xml", "<a>CASE-1</a>"),
    "comments": by_python_docx(lambda opened: opened.add_comment(opened.paragraphs[0].runs, text="CASE-1")),
    "a paragraph more": by_python_docx(lambda opened: opened.add_paragraph("CASE-1")),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
    "not XML": added(BODY, "<w:document"),
}  # fmt: skip


@pytest.mark.parametrize("change", DOCX_CHANGES.values(), ids=DOCX_CHANGES)
def test_a_document_that_was_changed_or_holds_anything_more_does_not_leave(file, change):
    with pytest.raises(NotAsAsked):
        check_docx(change(file), REAL)


@pytest.fixture(scope="module")
def page():
    return html(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_page_that_says_what_was_published_leaves(issue):
    check_page(html(issue), issue)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_page_of_any_other_release_does_not_leave(page, other):
    with pytest.raises(NotAsAsked):
        check_page(page, other)


HELP_LINK = '<a href="https://www.police.example/ask"'


def changed(old, new):
    def change(file):
        assert old.encode() in file
        return file.replace(old.encode(), new.encode(), 1)

    return change


CHANGES = {
    "one digit": changed("about 3,780 app", "about 3,778 app"),
    "a cell of a table": changed('<td class="number">withheld</td>', '<td class="number">2</td>'),
    "a remark in the markup": changed("<h1>", "<!-- CASE-1 --><h1>"),
    "something hidden": changed("<h1>", "<p hidden>CASE-1</p><h1>"),
    "an attribute more": changed("<h1>", '<h1 data-case="CASE-1">'),
    "a picture from elsewhere": changed("</main>", '<img src="https://x.example/1.png" alt=""></main>'),
    "a script from elsewhere": changed("<script>", '<script src="https://x.example/x.js">'),
    "another script": changed('"use strict";', 'fetch("https://x.example/");'),
    "another style": changed(".mark {", ".mark { display: none;"),
    "a policy that lets more in": changed("default-src &#39;none&#39;", "default-src *"),
    "no policy": lambda file: re.sub(b"<meta http-equiv[^>]*>\n", b"", file),
    "a policy that is none": lambda file: re.sub(
        b'(<meta http-equiv.*content=")[^"]*', rb"\1Test Police", file
    ),
    "no word that where one comes from stays untold": changed(
        '<meta name="referrer" content="no-referrer">\n', ""
    ),
    "no word of how its text is written": changed('<meta charset="utf-8">\n', ""),
    "a link for help that leads elsewhere": changed(HELP_LINK, '<a href="Test Police"'),
    "help that does not stand out": changed('<section class="help">', "<section>"),
    "two rows run into one": changed("</td>\n</tr>\n<tr>\n<th", "</td>\n<th"),
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
def test_a_page_that_was_changed_or_holds_anything_more_does_not_leave(page, change):
    with pytest.raises(NotAsAsked):
        check_page(change(page), REAL)


@pytest.fixture(scope="module")
def picture():
    return png(PICTURE)


PICTURES = {
    "a count": PICTURE,
    "a share": replace(PICTURE, figure="failure_rate"),
    "a rounded count under embargo": replace(EMBARGOED, figure="population"),
    "a typed count": replace(ELSEWHERE, figure="population"),
}


@pytest.mark.parametrize("issue", PICTURES.values(), ids=PICTURES)
def test_a_picture_of_what_was_published_leaves(issue):
    check_image(png(issue), issue)


@pytest.mark.parametrize(
    "other", sorted(OTHERS.keys() - {"another second"})
)  # of which a picture does not speak
def test_a_picture_of_any_other_release_does_not_leave(picture, other):
    with pytest.raises(NotAsAsked):
        check_image(picture, replace(OTHERS[other], figure="failures"))


def test_a_picture_of_another_figure_does_not_leave(picture):
    with pytest.raises(NotAsAsked):
        check_image(picture, replace(PICTURE, figure="population"))


def parts(file):
    found, at = [], len(SIGNATURE)
    while at < len(file):
        (length,) = struct.unpack(">I", file[at : at + 4])
        found.append((file[at + 4 : at + 8], file[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def joined(found):
    packed = (
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
        for kind, held in found
    )
    return SIGNATURE + b"".join(packed)


def with_part(kind, held, place):
    return lambda file: joined([*parts(file)[:place], (kind, held), *parts(file)[place:]])


def repainted(file):
    """Make one point another colour."""
    found = parts(file)
    place = next(n for n, (kind, _) in enumerate(found) if kind == b"IDAT")
    points = bytearray(zlib.decompress(b"".join(held for kind, held in found if kind == b"IDAT")))
    points[4 * 1200 * 300] ^= 1
    kept = [each for each in found if each[0] != b"IDAT"]
    return joined([*kept[:place], (b"IDAT", zlib.compress(bytes(points))), *kept[place:]])


def other_words(file):
    return joined([(kind, held.replace(b"33 failures", b"32 failures")) for kind, held in parts(file)])


PICTURE_CHANGES = {
    "a text more": with_part(b"tEXt", b"Comment\0CASE-1", 1),
    "who made it": with_part(b"eXIf", b"MM\0*CASE-1", 1),
    "a part that programs pass over": with_part(b"zzZz", b"CASE-1", 3),
    "a moment": with_part(b"tIME", b"\x07\xe8\x05\x16\x08\x1e\0", 1),
    "one point repainted": repainted,
    "other words for those who cannot see it": other_words,
    "something behind its end": lambda file: file + b"CASE-1",
    "something behind its points": lambda file: joined([(kind, held + b"CASE-1" * (kind == b"IDAT")) for kind, held in parts(file)]),
    "points that are none": lambda file: joined([(kind, b"x" if kind == b"IDAT" else held) for kind, held in parts(file)]),
    "a sum that is wrong": lambda file: file[:-1] + b"\0",
    "cut short": lambda file: file[:-9],
    "a length that lies": lambda file: file[:8] + b"\xff" + file[9:],
    "empty": lambda file: b"",
}  # fmt: skip


@pytest.mark.parametrize("change", PICTURE_CHANGES.values(), ids=PICTURE_CHANGES)
def test_a_picture_that_was_changed_or_holds_anything_more_does_not_leave(picture, change):
    with pytest.raises(NotAsAsked):
        check_image(change(picture), PICTURE)
