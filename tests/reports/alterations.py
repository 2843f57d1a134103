"""Finished files as somebody who wishes to hide or alter something would change them: all are refused.

Most are by whoever reads the file, and by what it may hold. `BY_BYTES` are by its bytes alone, which the same
request gives again, and says why no reader needs to refuse them too: they change no number and no text, and hide none.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pikepdf
import polars as pl
import pyarrow.parquet as pq
from docx import Document
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from reports.press.image import SIGNATURE

Change = Callable[[bytes], bytes]


def parts(file: bytes) -> dict[str, str]:
    archive = ZipFile(io.BytesIO(file))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def packed(parts: dict[str, str]) -> bytes:
    """Pack parts as xlsxwriter does, so that only what was changed differs."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, text)
    return written.getvalue()


def part_changed(part: str, old: str, new: str) -> Change:
    def change(file: bytes) -> bytes:
        texts = parts(file)
        texts[part], count = re.subn(old, new, texts[part], count=1, flags=re.DOTALL)
        assert count == 1, f"{part} has no {old}"
        return packed(texts)

    return change


def part_added(part: str, text: str) -> Change:
    return lambda file: packed({**parts(file), part: text})


def resaved(opening: Callable, change: Callable) -> Change:
    """Open a file with openpyxl or python-docx, change it there, and save it."""

    def changed(file: bytes) -> bytes:
        opened, written = opening(io.BytesIO(file)), io.BytesIO()
        change(opened)
        opened.save(written)
        return packed(parts(written.getvalue()))

    return changed


def by_openpyxl(change: Callable) -> Change:
    return resaved(load_workbook, change)


def by_python_docx(change: Callable) -> Change:
    return resaved(Document, change)


def replaced(old: str, new: str) -> Change:
    def change(file: bytes) -> bytes:
        assert old.encode() in file
        return file.replace(old.encode(), new.encode(), 1)

    return change


CSV: dict[str, Change] = {
    "a changed digit": lambda file: file.replace(b",-5,", b",-6,"),
    "a last digit lost": lambda file: file.replace(b"0.30000000000000004", b"0.3"),
    "a sign lost": lambda file: file.replace(b"-0.0", b"0.0"),
    "a day moved": lambda file: file.replace(b"2024-02-29", b"2024-02-28"),
    "a truth turned": lambda file: file.replace(b",true,", b",false,", 1),
    "a changed text": lambda file: file.replace(b"00123", b"00124"),
    "a text that could run": lambda file: file.replace(b"'=1+1", b"=1+1"),
    "a line taken out": lambda file: file.replace(b"1E5,south", b"", 1),
    "a line twice": lambda file: file + file.splitlines(keepends=True)[-1],
    "a line behind the marking": lambda file: file + b"A-1\n",
    "no marking below": lambda file: file.removesuffix("OFFICIAL-SENSITIVE · R&D DATA\n".encode()),
    "another marking above": lambda file: file.replace(b"OFFICIAL-SENSITIVE", b"OFFICIAL", 1),
    "another note": lambda file: file.replace(b"Unit: applications", b"Unit: failures"),
    "an extra column": lambda file: file.replace(b"Application ref,", b"Name,Application ref,"),
    "an extra cell": lambda file: file.replace(b"\n1E5,", b"\n1E5,A-1,"),
    "no mark of its writing": lambda file: file.removeprefix(b"\xef\xbb\xbf"),
    "other bytes": lambda file: file + b"\xff",
    "an open quote": lambda file: file + b'"',
    "cut short": lambda file: file[:-40],
    "empty": lambda file: b"",
}


def rewritten(change, **settings):
    """Write the file anew from its table, changed."""

    def changed(file):
        written = io.BytesIO()
        settled = {"compression": "zstd", "write_statistics": False, "write_page_index": False}
        pq.write_table(change(pq.read_table(io.BytesIO(file))), written, **(settled | settings))
        return written.getvalue()

    return changed


def with_column(name, values):
    def change(table):
        rows = pl.DataFrame(table).with_columns(values.alias(name))
        changed = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        return changed.replace_schema_metadata(table.schema.metadata)

    return change


PARQUET: dict[str, Change] = {
    "a changed text": rewritten(with_column("Application ref", pl.lit("A-1"))),
    "a changed number": rewritten(with_column("Days", pl.col("Days") + 1)),
    "a sign lost": rewritten(with_column("Share", pl.when(pl.col("Share") == 0).then(0.0).otherwise("Share"))),
    "nothing made an empty text": rewritten(with_column("Application ref", pl.col("Application ref").fill_null(""))),
    "an extra column": rewritten(with_column("Name", pl.lit("A-1"))),
    "a column of another kind": rewritten(with_column("Days", pl.col("Days").cast(pl.UInt64, strict=False))),
    "a column taken out": rewritten(lambda table: table.drop(["Days"])),
    "columns in another order": rewritten(lambda table: table.select(table.column_names[::-1])),
    "swapped rows": rewritten(lambda table: table.take([1, 0, 2, 3, 4, 5, 6])),
    "a row taken out": rewritten(lambda table: table.slice(1)),
    "a row twice": rewritten(lambda table: table.take([0, 0, 1, 2, 3, 4, 5, 6])),
    "another marking": rewritten(lambda table: table.replace_schema_metadata({**table.schema.metadata, "Marking": "OFFICIAL"})),
    "a note of its own": rewritten(lambda table: table.replace_schema_metadata({**table.schema.metadata, "Name": "x"})),
    "no notes": rewritten(lambda table: table.replace_schema_metadata(None)),
    "an index beside its columns": rewritten(lambda table: table, write_page_index=True),
    "something between its columns": lambda file: file[:4] + b"A-1" + file[4:],
    "something behind its columns": lambda file: file[:-8] + b"A-1" + file[-8:],
    "something behind its end": lambda file: file + b"A-1PAR1",
    "cut short": lambda file: file[:-10],
    "empty": lambda file: b"",
}  # fmt: skip

SHEET, STRINGS, STYLES, BOOK = (
    "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml",
)  # fmt: skip
FAR_AWAY = '<row r="900000"><c r="XFD900000"><v>1</v></c></row></sheetData>'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
WORKBOOK: dict[str, Change] = {
    "a changed digit": part_changed(SHEET, "<v>-5</v>", "<v>-6</v>"),
    "a last digit lost": part_changed(SHEET, "0.30000000000000004", "0.3"),
    "a day moved": part_changed(SHEET, "<v>43832</v>", "<v>43833</v>"),
    "a number written as text": part_changed(SHEET, r'(<c r="E6") ?>', r'\1 t="s">'),
    "a text written as a number": part_changed(SHEET, r'(<c r="A5" s="3") t="s">', r"\1>"),
    "a truth turned": part_changed(SHEET, r'(<c r="G5" t="b"><v>)1', r"\g<1>0"),
    "a truth written as a number": part_changed(SHEET, r'(<c r="G5") t="b"', r"\1"),
    "a formula": part_changed(SHEET, "<v>-5</v>", "<f>1-6</f><v>-5</v>"),
    "a formula without a value": part_changed(SHEET, "<v>-5</v>", "<f>1-6</f>"),
    "an extra cell far away": part_changed(SHEET, "</sheetData>", FAR_AWAY),
    "an empty cell that was recorded": part_changed(SHEET, r'<c r="E5"><v>-5</v></c>', ""),
    "a cell recorded that was empty": part_changed(SHEET, r'(<c r="G7".*?)?</row>(?=<row r="8")', r'\1<c r="G7" t="b"><v>0</v></c></row>'),
    "a second cell in one place": part_changed(SHEET, r'(<c r="E5"><v>-5</v></c>)', r"\1\1"),
    "a second value in a cell": part_changed(SHEET, "<v>-5</v>", "<v>-5</v><v>987654</v>"),
    "a row of another number": part_changed(SHEET, '<row r="2"', '<row r="99"'),
    "a value in a part that is no sheet": part_changed("docProps/app.xml", "<Company>", "<v>4711</v><Company>"),
    "a count of looks that are none": part_changed(STYLES, 'dxfs count="0"', 'dxfs count="4711"'),
    "a count of table styles that are none": part_changed(STYLES, 'tableStyles count="0"', 'tableStyles count="4711"'),
    "a cell of another row": part_changed(SHEET, r'<c r="E5">', '<c r="E6">'),
    "swapped rows": part_changed(SHEET, r'(<row r="5".*?</row>)(<row r="6".*?</row>)', r"\2\1"),
    "a hidden row": part_changed(SHEET, '<row r="5"', '<row hidden="1" r="5"'),
    "a row of no height": part_changed(SHEET, '<row r="5"', '<row ht="0" customHeight="1" r="5"'),
    "a hidden column": part_changed(SHEET, '<col min="2"', '<col hidden="1" min="2"'),
    "a column of no width": part_changed(SHEET, r'width="[^"]*"', 'width="0"'),
    "another style": part_changed(SHEET, 's="4"', 's="1"'),
    "text in white": part_changed(STYLES, 'color theme="1"', 'color rgb="FFFFFFFF"'),
    "a format that shows nothing": part_changed(STYLES, "d mmm yyyy", ";;;"),
    "merged cells": part_changed(SHEET, "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'),
    "a protected sheet": part_changed(SHEET, "</sheetData>", '</sheetData><sheetProtection sheet="1"/>'),
    "a link": part_changed(SHEET, "<pageMargins", '<hyperlinks><hyperlink ref="A5" location="x"/></hyperlinks><pageMargins'),
    "another size of the sheet": part_changed(SHEET, 'dimension ref="A1:H11"', 'dimension ref="A1:H12"'),
    "another marking in print": part_changed(SHEET, "OFFICIAL-SENSITIVE", "OFFICIAL"),
    "no marking in the first row": part_changed(SHEET, r'<c r="A1"[^>]*><v>\d+</v></c>', ""),
    "something between the rows": part_changed(SHEET, '<row r="6"', '<!-- x --><row r="6"'),
    "a filter that hides": part_changed("xl/tables/table2.xml", r'(<autoFilter ref="[^"]*")/>', r'\1><filterColumn colId="0"/></autoFilter>'),
    "a filter": part_changed(SHEET, "</sheetData>", '</sheetData><autoFilter ref="A1:B2"/>'),
    "a chart sheet": part_added("xl/chartsheets/sheet1.xml", "<chartsheet/>"),
    "saved by another program": by_openpyxl(lambda book: None),
    "a hidden sheet": part_changed(BOOK, 'sheetId="2"', 'sheetId="2" state="hidden"'),
    "a very hidden sheet": part_changed(BOOK, 'sheetId="2"', 'sheetId="2" state="veryHidden"'),
    "a name for cells": part_changed(BOOK, "</sheets>", '</sheets><definedNames><definedName name="x">A1</definedName></definedNames>'),
    "a sheet called otherwise": part_changed(BOOK, 'name="About"', 'name="Abouts"'),
    "a changed text": part_changed(STRINGS, "<t>00123</t>", "<t>00124</t>"),
    "a text that no cell shows": part_changed(STRINGS, r'uniqueCount="(\d+)"(.*)</sst>', r'uniqueCount="99"\2<si><t>A-1</t></si></sst>'),
    "a text beside a text": part_changed(STRINGS, "</t></si>", "</t><rPh><t>x</t></rPh></si>"),
    "more mentions of texts": part_changed(STRINGS, r' count="(\d)', r' count="9\1'),
    "a text out of the list": part_changed(SHEET, r't="s"><v>\d+', 't="s"><v>9999'),
    "the name of who made it": part_changed("docProps/core.xml", "<dc:creator>", "<dc:creator>A. Person"),
    "the name of who saved it": part_changed("docProps/core.xml", "<cp:lastModifiedBy>", "<cp:lastModifiedBy>A. Person"),
    "another time of making": part_changed("docProps/core.xml", "14:07:09", "14:07:10"),
    "another title": part_changed("docProps/core.xml", "<dc:title>[^<]*", "<dc:title>About"),
    "a column of the table called otherwise": part_changed("xl/tables/table2.xml", '(<tableColumn id="2" name=")[^"]*', r"\1Days"),
    "no page setup": part_changed(SHEET, "<pageSetup [^>]*/>", ""),
    "no word that it fits the page": part_changed(SHEET, "<sheetPr>.*</sheetPr>", ""),
    "no numbers of pages": part_changed(SHEET, "&amp;RPage &amp;P of &amp;N", ""),
    "the name of an office": part_changed("docProps/app.xml", "<Company>", "<Company>x"),
    "a property of its own": part_added("docProps/custom.xml", "<Properties/>"),
    "a macro": part_added("xl/vbaProject.bin", "x"),
    "a link to another file": part_added("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
    "a relation to another file": part_changed("xl/_rels/workbook.xml.rels", "</Relationships>", f'<Relationship Id="rId99" Type="{LINK}" Target="file:///x" TargetMode="External"/></Relationships>'),
    "XML of its own": part_added("customXml/item1.xml", "<x/>"),
    "a comment": part_added("xl/comments1.xml", "<comments/>"),
    "a picture": part_added("xl/media/image1.png", "x"),
    "another kind of part": part_changed("[Content_Types].xml", 'Extension="xml"', 'Extension="bin"'),
    "a document type": part_changed(SHEET, r"standalone=\"yes\"\?>", 'standalone="yes"?><!DOCTYPE x>'),
    "another theme": part_changed("xl/theme/theme1.xml", "Calibri", "Wingdings"),
    "cut short": lambda file: file[:-30],
    "half": lambda file: file[: len(file) // 2],
    "empty": lambda file: b"",
    "no archive": lambda file: b"Application ref,Area\n",
    "something before it": lambda file: b"A-1" + file,
    "something behind it": lambda file: file + b"A-1",
    "one byte changed": lambda file: file[:400] + bytes([file[400] ^ 1]) + file[401:],
}  # fmt: skip


def commented(book):
    book["Figures"]["B7"].comment = Comment("CASE-1", "")


def named(book):
    book.defined_names["secret"] = DefinedName("secret", attr_text="Figures!$A$1")


FIGURES = "xl/worksheets/sheet4.xml"
RELEASE_WORKBOOK: dict[str, Change] = {
    "one digit": part_changed(FIGURES, "<v>3780</v>", "<v>3778</v>"),
    "a true number where one is withheld": part_changed("xl/sharedStrings.xml", r"<t>\[c\]</t>", "<t>2</t>"),
    "a text that no cell says": part_changed("xl/sharedStrings.xml", "</sst>", "<si><t>CASE-1</t></si></sst>"),
    "a formula": part_changed(FIGURES, "<v>3780</v>", "<f>1+1</f><v>3780</v>"),
    "a hidden row": part_changed(FIGURES, '<row r="7"', '<row hidden="1" r="7"'),
    "a column of no width": part_changed(FIGURES, r'width="[\d.]+"', 'width="0"'),
    "a hidden sheet": part_changed("xl/workbook.xml", '<sheet name="Figures"', '<sheet state="hidden" name="Figures"'),
    "a name for cells": by_openpyxl(named),
    "a comment": by_openpyxl(commented),
    "saved by another program": by_openpyxl(lambda book: None),
    "another author": part_changed("docProps/core.xml", "<dc:creator>Test Police", "<dc:creator>A. Officer"),
    "a company": part_changed("docProps/app.xml", "<Company></Company>", "<Company>CASE-1</Company>"),
    "a font called something": part_changed("xl/styles.xml", "Arial", "CASE-1"),
    "a way of writing numbers": part_changed("xl/styles.xml", "<fonts", '<numFmts count="1"><numFmt numFmtId="164" formatCode="CASE"/></numFmts><fonts'),
    "a remark in its markup": part_changed(FIGURES, "<sheetData>", "<sheetData><!-- CASE-1 -->"),
    "a text between its cells": part_changed(FIGURES, "<sheetData>", "<sheetData>CASE-1"),
    "a column called otherwise": part_changed("xl/tables/table3.xml", 'name="Value"', 'name="CASE-1"'),
    "a link to another file": part_changed("xl/_rels/workbook.xml.rels", 'Target="styles.xml"', 'Target="https://x.example/" TargetMode="External"'),
    "a link that leads elsewhere": part_changed("xl/worksheets/sheet2.xml", "location=\"'Figures'!A1\"", "location=\"'CASE-1'!A1\""),
    "no links": part_changed("xl/worksheets/sheet2.xml", "<hyperlinks>.*</hyperlinks>", ""),
    "a link called otherwise": part_changed("xl/worksheets/sheet2.xml", 'display="Figures"', 'display="Changes"'),
    "another theme": part_changed("xl/theme/theme1.xml", "Office Theme", "CASE-1"),
    "a part more": part_added("xl/comments1.xml", "<a/>"),
    "a part that is no markup": part_added(FIGURES, "<worksheet"),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
}  # fmt: skip

BODY = "word/document.xml"
DOCUMENT: dict[str, Change] = {
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
    "a part more": part_added("customXml/item1.xml", "<a>CASE-1</a>"),
    "comments": by_python_docx(lambda opened: opened.add_comment(opened.paragraphs[0].runs, text="CASE-1")),
    "a paragraph more": by_python_docx(lambda opened: opened.add_paragraph("CASE-1")),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
    "not XML": part_added(BODY, "<w:document"),
}  # fmt: skip

HELP_LINK = '<a href="https://www.police.example/ask"'
PAGE: dict[str, Change] = {
    "one digit": replaced("about 3,780 app", "about 3,778 app"),
    "a cell of a table": replaced('<td class="number">withheld</td>', '<td class="number">2</td>'),
    "a remark in the markup": replaced("<h1>", "<!-- CASE-1 --><h1>"),
    "something hidden": replaced("<h1>", "<p hidden>CASE-1</p><h1>"),
    "an attribute more": replaced("<h1>", '<h1 data-case="CASE-1">'),
    "a picture from elsewhere": replaced("</main>", '<img src="https://x.example/1.png" alt=""></main>'),
    "a script from elsewhere": replaced("<script>", '<script src="https://x.example/x.js">'),
    "another script": replaced('"use strict";', 'fetch("https://x.example/");'),
    "another style": replaced(".mark {", ".mark { display: none;"),
    "a policy that lets more in": replaced("default-src &#39;none&#39;", "default-src *"),
    "no policy": lambda file: re.sub(b"<meta http-equiv[^>]*>\n", b"", file),
    "a policy that is none": lambda file: re.sub(
        b'(<meta http-equiv.*content=")[^"]*', rb"\1Test Police", file
    ),
    "no word that where one comes from stays untold": replaced(
        '<meta name="referrer" content="no-referrer">\n', ""
    ),
    "no word of how its text is written": replaced('<meta charset="utf-8">\n', ""),
    "a link for help that leads elsewhere": replaced(HELP_LINK, '<a href="Test Police"'),
    "help that does not stand out": replaced('<section class="help">', "<section>"),
    "two rows run into one": replaced("</td>\n</tr>\n<tr>\n<th", "</td>\n<th"),
    "another way out": replaced("https://www.bbc.co.uk/weather", "https://x.example/"),
    "no way out": replaced('<a id="exit"', "<a"),
    "the line for emergencies left out": replaced("call 999", "call us"),
    "an element that is not closed": replaced("</h1>", ""),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
    "not text": lambda file: file.replace(b"Test", b"\xff\xfe", 1),
}


def chunks(file: bytes) -> list[tuple[bytes, bytes]]:
    chunks_read, at = [], len(SIGNATURE)
    while at < len(file):
        (length,) = struct.unpack(">I", file[at : at + 4])
        chunks_read.append((file[at + 4 : at + 8], file[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks_read


def joined(chunks_read):
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks_read
    )
    return SIGNATURE + b"".join(packed)


def with_part(kind, data, place):
    return lambda file: joined([*chunks(file)[:place], (kind, data), *chunks(file)[place:]])


def repainted(file):
    """Make one point another colour."""
    chunks_read = chunks(file)
    place = next(n for n, (kind, _) in enumerate(chunks_read) if kind == b"IDAT")
    points = bytearray(zlib.decompress(b"".join(data for kind, data in chunks_read if kind == b"IDAT")))
    points[4 * 1200 * 300] ^= 1
    others = [chunk for chunk in chunks_read if chunk[0] != b"IDAT"]
    return joined([*others[:place], (b"IDAT", zlib.compress(bytes(points))), *others[place:]])


def other_words(file):
    return joined([(kind, data.replace(b"33 failures", b"32 failures")) for kind, data in chunks(file)])


PICTURE: dict[str, Change] = {
    "a text more": with_part(b"tEXt", b"Comment\0CASE-1", 1),
    "who made it": with_part(b"eXIf", b"MM\0*CASE-1", 1),
    "a part that programs pass over": with_part(b"zzZz", b"CASE-1", 3),
    "a moment": with_part(b"tIME", b"\x07\xe8\x05\x16\x08\x1e\0", 1),
    "one point repainted": repainted,
    "other words for those who cannot see it": other_words,
    "something behind its end": lambda file: file + b"CASE-1",
    "something behind its points": lambda file: joined([(kind, data + b"CASE-1" * (kind == b"IDAT")) for kind, data in chunks(file)]),
    "points that are none": lambda file: joined([(kind, b"x" if kind == b"IDAT" else data) for kind, data in chunks(file)]),
    "a sum that is wrong": lambda file: file[:-1] + b"\0",
    "cut short": lambda file: file[:-9],
    "a length that lies": lambda file: file[:8] + b"\xff" + file[9:],
    "empty": lambda file: b"",
}  # fmt: skip


def saved(change):
    """Write the file anew from its objects, changed."""

    def changed(file):
        written = io.BytesIO()
        with pikepdf.open(io.BytesIO(file)) as opened:
            change(opened)
            opened.save(written, static_id=True)
        return written.getvalue()

    return changed


def hidden_behind(file):
    """An object that nothing names, listed as the others are."""
    begins, _, ends = file.rpartition(b"startxref\n")
    listed = int(ends.split(b"\n")[0])
    count = int(re.search(rb"xref\n0 (\d+)\n", begins[listed:])[1])
    secret = b"%d 0 obj\n(CASE-1)\nendobj\n\n" % count
    table = begins[listed:].replace(b"xref\n0 %d\n" % count, b"xref\n0 %d\n" % (count + 1))
    table = table.replace(b"trailer\n", b"%010d 00000 n\r\ntrailer\n" % listed).replace(
        b"/Size %d/" % count, b"/Size %d/" % (count + 1)
    )
    return begins[:listed] + secret + table + b"startxref\n%d\n%%%%EOF" % (listed + len(secret))


CATALOG = b"<</Type/Catalog"


def relisted(old: bytes, new: bytes) -> Change:
    """Change an object where it is, and list every object at its new place: only the change differs."""

    def changed(file: bytes) -> bytes:
        assert old in file
        places = list[int]()
        objects, _, table = file.rpartition(b"xref\n0 ")
        objects, count = objects.replace(old, new, 1), int(table.split(b"\n")[0])
        for number in range(1, count):
            places.append(objects.index(b"%d 0 obj\n" % number, places[-1] if places else 0))
        rows = b"".join(b"%010d 00000 n\r\n" % place for place in places)
        trailer = file[file.rindex(b"trailer\n") : file.rindex(b"startxref\n")]
        table = b"xref\n0 %d\n0000000000 65535 f\r\n" % count + rows
        return objects + table + trailer + b"startxref\n%d\n%%%%EOF" % len(objects)

    return changed


ON_PAPER: dict[str, Change] = {
    "a script": relisted(CATALOG, CATALOG + b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
    "an action of a document": relisted(CATALOG, CATALOG + b"/AA<</WC<</S/URI/URI(https://x.example)>>>>"),
    "a file within it": relisted(CATALOG, CATALOG + b"/Names<</EmbeddedFiles<</Names[(x)<</Type/Filespec/F(x)>>]>>>>"),
    "a form": relisted(CATALOG, CATALOG + b"/AcroForm<</Fields[]>>"),
    "a note on a page": relisted(b"<</Type/Page/", b"<</Type/Page/Annots[<</Type/Annot/Subtype/Text/Contents(CASE-1)>>]/"),
    "a private part of a page": relisted(b"<</Type/Page/", b"<</Type/Page/PieceInfo<</X(CASE-1)>>/"),
    "a layer": relisted(CATALOG, CATALOG + b"/OCProperties<</OCGs[]/D<<>>>>"),
    "a text that stands for another": relisted(b"<</Type/StructElem/S/H1", b"<</Type/StructElem/ActualText(CASE-1)/S/H1"),
    "what a short form stands for": relisted(b"<</Type/StructElem/S/H1", b"<</Type/StructElem/E(CASE-1)/S/H1"),
    "an author": relisted(b"/Creator(", b"/Author(A. Person)/Creator("),
    "a smaller page": relisted(b"/MediaBox[0 0 595.2756 841.8898]", b"/MediaBox[0 0 595.2756 441.8898]"),
}  # fmt: skip
BRIEFING: dict[str, Change] = {
    "saved by another program": saved(lambda opened: None),
    "an action on opening": saved(lambda opened: opened.Root.update({"/OpenAction": pikepdf.Dictionary(S=pikepdf.Name.JavaScript)})),
    "an object that nothing names": hidden_behind,
    "something behind its end": lambda file: file + b"\nCASE-1",
    "something before it": lambda file: b"CASE-1\n" + file,
    "a letter of its title": replaced("(Briefing: The first review)", "(Briefing: The worst review)"),
    "another language": replaced("/Lang(en-GB)", "/Lang(cy-GB)"),
    "cut short": lambda file: file[:-40],
    "empty": lambda file: b"",
    "something else altogether": lambda file: b"PK\x03\x04",
    **ON_PAPER,
}  # fmt: skip
NOTICE: dict[str, Change] = {
    **ON_PAPER,
    "saved by another program": saved(lambda opened: None),
    "an object that nothing names": hidden_behind,
    "something behind its end": lambda file: file + b"\nCASE-1",
    "another language": lambda file: file.replace(b"/Lang(en-GB)", b"/Lang(cy-GB)", 1),
    "cut short": lambda file: file[:-40],
    "empty": lambda file: b"",
}

# By kind and name.
BY_BYTES = {
    ("workbook", "swapped rows"): "each cell has its place, and no program reads rows by their order",
    ("workbook", "a row of another number"): "each cell names its own place, and programs go by that",
    ("workbook", "another size of the sheet"): "a hint to programs, which read the cells",
    ("workbook", "a filter"): "an arrow over cells: it hides no row until a reader says so",
    ("workbook", "more mentions of texts"): "a hint of how many texts there are",
    (
        "workbook",
        "a column of the table called otherwise",
    ): "the name of another column, never one not asked for",
    ("workbook", "no page setup"): "the marking is on every printed page all the same",
    ("workbook", "no word that it fits the page"): "the marking is on every printed page all the same",
    ("workbook", "no numbers of pages"): "the marking is on every printed page all the same",
    ("document", "a title that is none"): "how a text looks, which is the same text in the same place",
    ("document", "two paragraphs run into one"): "where a line ends between the same texts in the same order",
    ("document", "heads of a table that are none"): "how a row looks, with the same texts in the same order",
    ("page", "help that does not stand out"): "how a text looks, which is the same text in the same place",
    ("page", "two rows run into one"): "where a row ends between the same texts in the same order",
} | {
    ("picture", name): "a picture is drawn again: no reader knows for certain what is in it"
    for name in PICTURE
    if name not in {"other words for those who cannot see it", "empty"}
}
