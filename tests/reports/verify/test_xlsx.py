import io
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from data.errors import UserError
from data.publishing.content import PublishedCell
from reports.press.release_workbook import xlsx
from reports.table_files import xlsx as workbook
from reports.verify.checks import NotAsAsked
from reports.verify.xlsx import check, check_release
from tests.reports.press.releases import ISSUES, OTHERS, REAL, issue_of, published
from tests.reports.verify.changing import added, by_openpyxl, packed, parts, replaced

SHEET, STRINGS, STYLES, BOOK = (
    "xl/worksheets/sheet2.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
)
FAR_AWAY = '<row r="900000"><c r="XFD900000"><v>1</v></c></row></sheetData>'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"

TO_THE_LETTER = {
    "a changed digit": replaced(SHEET, "<v>-5</v>", "<v>-6</v>"),
    "a last digit lost": replaced(SHEET, "0.30000000000000004", "0.3"),
    "a day moved": replaced(SHEET, "<v>43832</v>", "<v>43833</v>"),
    "a number written as text": replaced(SHEET, r'(<c r="E6") ?>', r'\1 t="s">'),
    "a text written as a number": replaced(SHEET, r'(<c r="A5" s="3") t="s">', r"\1>"),
    "a truth turned": replaced(SHEET, r'(<c r="G5" t="b"><v>)1', r"\g<1>0"),
    "a truth written as a number": replaced(SHEET, r'(<c r="G5") t="b"', r"\1"),
    "a formula": replaced(SHEET, "<v>-5</v>", "<f>1-6</f><v>-5</v>"),
    "a formula without a value": replaced(SHEET, "<v>-5</v>", "<f>1-6</f>"),
    "an extra cell far away": replaced(SHEET, "</sheetData>", FAR_AWAY),
    "an empty cell that was recorded": replaced(SHEET, r'<c r="E5"><v>-5</v></c>', ""),
    "a cell recorded that was empty": replaced(SHEET, r'(<c r="G7".*?)?</row>(?=<row r="8")', r'\1<c r="G7" t="b"><v>0</v></c></row>'),
    "a second cell in one place": replaced(SHEET, r'(<c r="E5"><v>-5</v></c>)', r"\1\1"),
    "a second value in a cell": replaced(SHEET, "<v>-5</v>", "<v>-5</v><v>987654</v>"),
    "a row of another number": replaced(SHEET, '<row r="2"', '<row r="99"'),
    "a value in a part that is no sheet": replaced("docProps/app.xml", "<Company>", "<v>4711</v><Company>"),
    "a count of looks that are none": replaced(STYLES, 'dxfs count="0"', 'dxfs count="4711"'),
    "a count of table styles that are none": replaced(STYLES, 'tableStyles count="0"', 'tableStyles count="4711"'),
    "a cell of another row": replaced(SHEET, r'<c r="E5">', '<c r="E6">'),
    "swapped rows": replaced(SHEET, r'(<row r="5".*?</row>)(<row r="6".*?</row>)', r"\2\1"),
    "a hidden row": replaced(SHEET, '<row r="5"', '<row hidden="1" r="5"'),
    "a row of no height": replaced(SHEET, '<row r="5"', '<row ht="0" customHeight="1" r="5"'),
    "a hidden column": replaced(SHEET, '<col min="2"', '<col hidden="1" min="2"'),
    "a column of no width": replaced(SHEET, r'width="[^"]*"', 'width="0"'),
    "another style": replaced(SHEET, 's="4"', 's="1"'),
    "text in white": replaced(STYLES, 'color theme="1"', 'color rgb="FFFFFFFF"'),
    "a format that shows nothing": replaced(STYLES, "d mmm yyyy", ";;;"),
    "merged cells": replaced(SHEET, "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'),
    "a protected sheet": replaced(SHEET, "</sheetData>", '</sheetData><sheetProtection sheet="1"/>'),
    "a link": replaced(SHEET, "<pageMargins", '<hyperlinks><hyperlink ref="A5" location="x"/></hyperlinks><pageMargins'),
    "another size of the sheet": replaced(SHEET, 'dimension ref="A1:H11"', 'dimension ref="A1:H12"'),
    "another marking in print": replaced(SHEET, "OFFICIAL-SENSITIVE", "OFFICIAL"),
    "no marking in the first row": replaced(SHEET, r'<c r="A1"[^>]*><v>\d+</v></c>', ""),
    "something between the rows": replaced(SHEET, '<row r="6"', '<!-- x --><row r="6"'),
    "a filter that hides": replaced("xl/tables/table2.xml", r'(<autoFilter ref="[^"]*")/>', r'\1><filterColumn colId="0"/></autoFilter>'),
    "a filter": replaced(SHEET, "</sheetData>", '</sheetData><autoFilter ref="A1:B2"/>'),
    "a chart sheet": added("xl/chartsheets/sheet1.xml", "<chartsheet/>"),
    "saved by another program": by_openpyxl(lambda book: None),
    "a hidden sheet": replaced(BOOK, 'sheetId="2"', 'sheetId="2" state="hidden"'),
    "a very hidden sheet": replaced(BOOK, 'sheetId="2"', 'sheetId="2" state="veryHidden"'),
    "a name for cells": replaced(BOOK, "</sheets>", '</sheets><definedNames><definedName name="x">A1</definedName></definedNames>'),
    "a sheet called otherwise": replaced(BOOK, 'name="About"', 'name="Abouts"'),
    "a changed text": replaced(STRINGS, "<t>00123</t>", "<t>00124</t>"),
    "a text that no cell shows": replaced(STRINGS, r'uniqueCount="(\d+)"(.*)</sst>', r'uniqueCount="99"\2<si><t>A-1</t></si></sst>'),
    "a text beside a text": replaced(STRINGS, "</t></si>", "</t><rPh><t>x</t></rPh></si>"),
    "more mentions of texts": replaced(STRINGS, r' count="(\d)', r' count="9\1'),
    "a text out of the list": replaced(SHEET, r't="s"><v>\d+', 't="s"><v>9999'),
    "the name of who made it": replaced("docProps/core.xml", "<dc:creator>", "<dc:creator>A. Person"),
    "the name of who saved it": replaced("docProps/core.xml", "<cp:lastModifiedBy>", "<cp:lastModifiedBy>A. Person"),
    "another time of making": replaced("docProps/core.xml", "14:07:09", "14:07:10"),
    "another title": replaced("docProps/core.xml", "<dc:title>[^<]*", "<dc:title>About"),
    "a column of the table called otherwise": replaced("xl/tables/table2.xml", '(<tableColumn id="2" name=")[^"]*', r"\1Days"),
    "no page setup": replaced(SHEET, "<pageSetup [^>]*/>", ""),
    "no word that it fits the page": replaced(SHEET, "<sheetPr>.*</sheetPr>", ""),
    "no numbers of pages": replaced(SHEET, "&amp;RPage &amp;P of &amp;N", ""),
    "the name of an office": replaced("docProps/app.xml", "<Company>", "<Company>x"),
    "a property of its own": added("docProps/custom.xml", "<Properties/>"),
    "a macro": added("xl/vbaProject.bin", "x"),
    "a link to another file": added("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
    "a relation to another file": replaced("xl/_rels/workbook.xml.rels", "</Relationships>", f'<Relationship Id="rId99" Type="{LINK}" Target="file:///x" TargetMode="External"/></Relationships>'),
    "XML of its own": added("customXml/item1.xml", "<x/>"),
    "a comment": added("xl/comments1.xml", "<comments/>"),
    "a picture": added("xl/media/image1.png", "x"),
    "another kind of part": replaced("[Content_Types].xml", 'Extension="xml"', 'Extension="bin"'),
    "a document type": replaced(SHEET, r"standalone=\"yes\"\?>", 'standalone="yes"?><!DOCTYPE x>'),
    "another theme": replaced("xl/theme/theme1.xml", "Calibri", "Wingdings"),
}  # fmt: skip


@pytest.fixture(scope="module")
def file(content):
    return workbook(content)


def test_a_finished_file_is_as_asked(file, content):
    check(file, content)
    check(packed(parts(file)), content)


@pytest.mark.parametrize("change", TO_THE_LETTER.values(), ids=TO_THE_LETTER)
def test_every_change_to_a_part_is_found(change, file, content):
    changed = change(file)
    assert changed != file
    with pytest.raises(NotAsAsked):
        check(changed, content)


DAMAGED = {
    "cut short": lambda file: file[:-30],
    "half": lambda file: file[: len(file) // 2],
    "empty": lambda file: b"",
    "no archive": lambda file: b"Application ref,Area\n",
    "something before it": lambda file: b"A-1" + file,
    "something behind it": lambda file: file + b"A-1",
    "one byte changed": lambda file: file[:400] + bytes([file[400] ^ 1]) + file[401:],
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_found(damage, file, content):
    with pytest.raises(NotAsAsked):
        check(damage(file), content)


def test_a_file_of_other_content_is_found(file, content):
    for changed in (
        replace(content, marking="OFFICIAL"),
        replace(content, reason="Another reason than the one that was given."),
        replace(content, tables=(replace(content.table, title="Others"),)),
        replace(content, tables=(replace(content.table, rows=content.table.rows.reverse()),)),
        replace(content, tables=(replace(content.table, rows=content.table.rows.head(6)),)),
        replace(content, tables=(content.table, content.table)),
    ):
        with pytest.raises(NotAsAsked):
            check(file, changed)


def test_the_sentence_names_the_place_and_never_the_value(file, content):
    with pytest.raises(UserError) as told:
        check(TO_THE_LETTER["a changed text"](file), content)
    assert "sheet 2, cell A5" in str(told.value)
    assert "00123" not in str(told.value)
    assert re.fullmatch(r"[A-Z][^.]*\.", str(told.value))


def test_another_program_reads_the_values_that_were_asked_for(file, content):
    page = load_workbook(io.BytesIO(file)).worksheets[1]
    found = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    assert [row[4] for row in found] == content.table.rows["Days"].to_list()
    assert [row[5] for row in found] == content.table.rows["Share"].to_list()
    assert [row[6] for row in found] == content.table.rows["Harm"].to_list()
    assert [row[0] for row in found][:4] == ["00123", "1E5", "=1+1", "<r><t>bold</t></r>"]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


@pytest.fixture(scope="module")
def released():
    return xlsx(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_workbook_that_says_what_was_published_leaves(issue):
    check_release(xlsx(issue), issue)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_workbook_of_any_other_release_does_not_leave(released, other):
    with pytest.raises(NotAsAsked):
        check_release(released, other)


def commented(book):
    book["Figures"]["B7"].comment = Comment("CASE-1", "")


def named(book):
    book.defined_names["secret"] = DefinedName("secret", attr_text="Figures!$A$1")


FIGURES = "xl/worksheets/sheet4.xml"
RELEASE_CHANGES = {
    "one digit": replaced(FIGURES, "<v>3780</v>", "<v>3778</v>"),
    "a true number where one is withheld": replaced("xl/sharedStrings.xml", r"<t>\[c\]</t>", "<t>2</t>"),
    "a text that no cell says": replaced("xl/sharedStrings.xml", "</sst>", "<si><t>CASE-1</t></si></sst>"),
    "a formula": replaced(FIGURES, "<v>3780</v>", "<f>1+1</f><v>3780</v>"),
    "a hidden row": replaced(FIGURES, '<row r="7"', '<row hidden="1" r="7"'),
    "a column of no width": replaced(FIGURES, r'width="[\d.]+"', 'width="0"'),
    "a hidden sheet": replaced("xl/workbook.xml", '<sheet name="Figures"', '<sheet state="hidden" name="Figures"'),
    "a name for cells": by_openpyxl(named),
    "a comment": by_openpyxl(commented),
    "saved by another program": by_openpyxl(lambda book: None),
    "another author": replaced("docProps/core.xml", "<dc:creator>Test Police", "<dc:creator>A. Officer"),
    "a company": replaced("docProps/app.xml", "<Company></Company>", "<Company>CASE-1</Company>"),
    "a font called something": replaced("xl/styles.xml", "Arial", "CASE-1"),
    "a way of writing numbers": replaced("xl/styles.xml", "<fonts", '<numFmts count="1"><numFmt numFmtId="164" formatCode="CASE"/></numFmts><fonts'),
    "a remark in its markup": replaced(FIGURES, "<sheetData>", "<sheetData><!-- CASE-1 -->"),
    "a text between its cells": replaced(FIGURES, "<sheetData>", "<sheetData>CASE-1"),
    "a column called otherwise": replaced("xl/tables/table3.xml", 'name="Value"', 'name="CASE-1"'),
    "a link to another file": replaced("xl/_rels/workbook.xml.rels", 'Target="styles.xml"', 'Target="https://x.example/" TargetMode="External"'),
    "a link that leads elsewhere": replaced("xl/worksheets/sheet2.xml", "location=\"'Figures'!A1\"", "location=\"'CASE-1'!A1\""),
    "no links": replaced("xl/worksheets/sheet2.xml", "<hyperlinks>.*</hyperlinks>", ""),
    "a link called otherwise": replaced("xl/worksheets/sheet2.xml", 'display="Figures"', 'display="Changes"'),
    "another theme": replaced("xl/theme/theme1.xml", "Office Theme", "CASE-1"),
    "a part more": added("xl/comments1.xml", "<a/>"),
    "a part that is no markup": added(FIGURES, "<worksheet"),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
}  # fmt: skip


@pytest.mark.parametrize("change", RELEASE_CHANGES.values(), ids=RELEASE_CHANGES)
def test_a_workbook_that_was_changed_or_holds_anything_more_does_not_leave(released, change):
    with pytest.raises(NotAsAsked):
        check_release(change(released), REAL)


def test_a_share_without_a_part_of_one_per_cent_leaves_as_it_was_published():
    half = PublishedCell(shown="50.0%", number=0.5, low=0.49, high=0.51, treatment="from rounded numbers")
    share = next(figure for figure in REAL.public.figures if figure.kind == "share")
    issue = issue_of(published(figures=(share.model_copy(update={"cells": (half,)}),)))
    check_release(xlsx(issue), issue)
