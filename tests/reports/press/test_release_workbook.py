import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from reports.press.release_workbook import xlsx
from reports.verify import check_release_xlsx
from tests.reports.press.releases import FIGURES, NOTED, PUBLISHED_AT, REAL, count, exact, issue_of, published


@pytest.fixture(scope="module")
def book():
    return load_workbook(io.BytesIO(xlsx(REAL)))


def cells(page):
    return [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]


def test_a_cover_the_contents_and_the_notes_come_before_the_tables(book):
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Figures", "Table 1", "Changes", "Definitions"]
    assert cells(book["Contents"])[3] == ["Figures", "Figures as at 20 May 2024"]
    assert cells(book["Notes"])[3:] == [
        [1, "Revised figures: some differ from those published before, as shown below."],
        [2, "Counts from 1 to 7 are not shown; others are to the nearest 5."],
        [3, "A failure with harm is counted there, whatever its type."],
    ]


def test_numbers_are_numbers_and_what_is_withheld_is_a_symbol_that_is_explained(book):
    said = cells(book["Figures"])
    assert said[0] == ["Figures as at 20 May 2024 [note 1][note 2]"]
    assert ["[c] is a number withheld to protect people."] in said
    assert said[5:] == [
        ["Applications in the review", 3780, "applications", "3,780", "rounded"],
        ["Failures found", 33, "failures", "33", "exact, in the public interest"],
        ["People not safe to contact", "[c]", "people", "[c]", "to protect people"],
        ["Failure rate", 0.93, "per cent of applications risk assessed", "0.93%", "from rounded numbers"],
    ]
    assert cells(book["Table 1"])[-3:] == [
        ["with harm", "north", "[c]", "[c]", "to protect people"],
        ["administrative", "north & <b>south</b>", 15, "15", "rounded"],
        ["service", "not recorded", 0, "0", "as counted"],
    ]
    assert cells(book["Changes"])[-1] == ["Applications in the review", 3580, 3780]


def test_each_table_is_marked_whole_and_its_heads_stay_in_sight(book):
    for name in book.sheetnames[3:]:
        page = book[name]
        (table,) = page.tables.values()
        last = table.ref.split(":")[1]
        rows = page[table.ref]
        assert all(cell.value is not None for row in rows for cell in row)
        assert page.freeze_panes == f"B{rows[0][0].row + 1}"
        assert last == f"{rows[-1][-1].column_letter}{page.max_row}"
        assert not page.merged_cells.ranges


def test_nothing_that_an_author_typed_is_run_or_leads_anywhere():
    told = count("failures", "=1+1", "[x](https://x.example)", exact(33), "<r><t>bold</t></r>")
    book = load_workbook(io.BytesIO(xlsx(issue_of(published(figures=(told,), changes=())))))
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert kinds == {"s", "n"}
    assert cells(book["Figures"])[-1][:3] == ["=1+1", 33, "[x](https://x.example)"]
    assert cells(book["Definitions"])[-1] == ["=1+1", "<r><t>bold</t></r>"]
    assert not [
        page for page in book if any(cell.hyperlink and cell.hyperlink.target for row in page for cell in row)
    ]


def test_a_name_without_a_letter_or_a_number_that_is_none_is_told_in_words():
    dash = FIGURES[-1].model_copy(update={"cells": (exact(0, ("-", "north")),)})
    none = FIGURES[3].model_copy(
        update={"cells": (exact(0).model_copy(update={"number": None, "shown": "none yet"}),)}
    )
    book = load_workbook(io.BytesIO(xlsx(issue_of(published(figures=(none, dash))))))
    assert cells(book["Figures"])[-1] == [
        "Failure rate",
        "[z]",
        "per cent of applications risk assessed",
        "none yet",
        "as counted",
    ]
    assert cells(book["Table 1"])[-1][0] == "- (as recorded)"


def test_a_release_of_split_figures_alone_has_no_sheet_of_whole_ones():
    book = load_workbook(io.BytesIO(xlsx(issue_of(published(figures=FIGURES[-1:], changes=())))))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table 1", "Definitions"]


def test_a_split_figure_without_cells_is_a_table_of_heads():
    empty = FIGURES[-1].model_copy(update={"cells": ()})
    issue = issue_of(published(figures=(empty,), changes=()))
    file = xlsx(issue)
    check_release_xlsx(file, issue)
    heads = ["Headline part", "Area", "Failures (value)", "As published", "How it is given"]
    assert cells(load_workbook(io.BytesIO(file))["Table 1"])[-1] == heads


def test_a_workbook_says_of_itself_its_title_its_body_and_its_moment(book):
    said = book.properties
    assert (said.title, said.creator) == (REAL.title, "Test Police")
    assert said.created == said.modified == PUBLISHED_AT.replace(tzinfo=None)
    other = replace(REAL, published_at=PUBLISHED_AT.replace(second=1))
    assert xlsx(other) != xlsx(REAL)


def test_dated_notes_stand_on_the_cover_as_text():
    lines = [text for row in cells(load_workbook(io.BytesIO(xlsx(NOTED)))["Cover"]) for text in row]
    assert "25 December 2023: Most staff were on leave" in lines
    assert "5 February 2024: <b>Six</b> joined; =1+1 & [a](https://b.example)" in lines
