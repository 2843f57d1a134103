import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from reports.press.workbook import xlsx
from reports.reopened.difference import NotAsAsked
from reports.reopened.press.workbook import check
from tests.reports.press.releases import ISSUES, OTHERS, REAL
from tests.reports.reopened.changing import added, by_openpyxl, replaced


@pytest.fixture(scope="module")
def file():
    return xlsx(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_workbook_that_says_what_was_published_leaves(issue):
    check(xlsx(issue), issue)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_workbook_of_any_other_release_does_not_leave(file, other):
    with pytest.raises(NotAsAsked):
        check(file, other)


def commented(book):
    book["Figures"]["B7"].comment = Comment("CASE-1", "")


def named(book):
    book.defined_names["secret"] = DefinedName("secret", attr_text="Figures!$A$1")


FIGURES = "xl/worksheets/sheet4.xml"
CHANGES = {
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
    "another theme": replaced("xl/theme/theme1.xml", "Office Theme", "CASE-1"),
    "a part more": added("xl/comments1.xml", "<a/>"),
    "a part that is no markup": added(FIGURES, "<worksheet"),
    "something behind its end": lambda file: file + b"CASE-1",
    "cut short": lambda file: file[:-9],
    "empty": lambda file: b"",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_workbook_that_was_changed_or_holds_anything_more_does_not_leave(file, change):
    with pytest.raises(NotAsAsked):
        check(change(file), REAL)
