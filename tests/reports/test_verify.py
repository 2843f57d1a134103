import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import polars as pl
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from data.errors import UserError
from data.formatting import written_count
from data.publishing.content import PublishedCell
from reports import exports, table_files, typesetting
from reports.content import Section
from reports.exports import Format, export, make
from reports.press import image, markup, notice, release_workbook
from reports.press.notice import Issue, lines_of, notice_of
from reports.reader import NotAsAsked
from reports.typesetting import Paper, _fields, _grid, _picture
from reports.verify import (
    briefing_elements,
    check_csv,
    check_docx,
    check_image,
    check_numbers,
    check_page,
    check_parquet,
    check_pdf,
    check_release_pdf,
    check_release_xlsx,
    check_xlsx,
    spoken_texts,
)
from tests.reports import alterations
from tests.reports.conftest import ROWS, briefing_of, chart_of, content_of, table_of
from tests.reports.press.releases import (
    ELSEWHERE,
    EMBARGOED,
    ISSUES,
    OTHERS,
    PICTURE,
    REAL,
    issue_of,
    published,
)

# What is asked for, how it is written, how it is read again, and every way in which it is altered.
KINDS = {
    "csv": ("content", table_files.csv, check_csv, alterations.CSV),
    "parquet": ("content", table_files.parquet, check_parquet, alterations.PARQUET),
    "workbook": ("content", table_files.xlsx, check_xlsx, alterations.WORKBOOK),
    "briefing": ("briefing", typesetting.pdf, check_pdf, alterations.BRIEFING),
    "release workbook": (REAL, release_workbook.xlsx, check_release_xlsx, alterations.RELEASE_WORKBOOK),
    "notice": (REAL, notice.pdf, check_release_pdf, alterations.NOTICE),
    "document": (REAL, markup.docx, check_docx, alterations.DOCUMENT),
    "page": (REAL, markup.html, check_page, alterations.PAGE),
    "picture": (PICTURE, image.png, check_image, alterations.PICTURE),
}
# By which door each leaves.
DOORS = {
    "csv": ("figures", Format.CSV, exports._KINDS),
    "parquet": ("figures", Format.PARQUET, exports._KINDS),
    "workbook": ("figures", Format.XLSX, exports._KINDS),
    "briefing": ("briefing", Format.PDF, exports._KINDS),
    "release workbook": ("release_workbook", Format.XLSX, exports._RELEASED),
    "notice": ("notice", Format.PDF, exports._RELEASED),
    "document": ("notice", Format.DOCX, exports._RELEASED),
    "page": ("web_page", Format.HTML, exports._RELEASED),
    "picture": ("social_image", Format.PNG, exports._RELEASED),
}
ALTERED = [(kind, name) for kind, (*_, changes) in KINDS.items() for name in changes]
RELEASED = {kind: row for kind, row in KINDS.items() if isinstance(row[0], Issue)}


@pytest.fixture(scope="module")
def written(content, briefing) -> Callable:
    """What was asked for of a kind, and its file."""
    files = {}

    def of(kind):
        if kind not in files:
            asked, write, *_ = KINDS[kind]
            asked = (
                {"content": content, "briefing": briefing}.get(asked, asked)
                if isinstance(asked, str)
                else asked
            )
            files[kind] = (asked, write(asked))
        return files[kind]

    return of


@pytest.mark.parametrize("kind", KINDS)
def test_a_finished_file_is_as_asked(kind, written):
    asked, file = written(kind)
    KINDS[kind][2](file, asked)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name"), ALTERED, ids=map(" ".join, ALTERED))
def test_every_alteration_is_refused(kind, name, written, monkeypatch):
    (*_, changes), (asked, file) = KINDS[kind], written(kind)
    altered = changes[name](file)
    assert altered != file
    # The first time it is written it is altered, and once more it is as it was.
    files = iter([altered, file])
    export_, format_, kinds = DOORS[kind]
    way = kinds[format_]._replace(write=lambda _: next(files))
    monkeypatch.setitem(kinds, format_, way)
    with pytest.raises(NotAsAsked):
        make(export(export_), asked, format_)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name"), ALTERED, ids=map(" ".join, ALTERED))
def test_what_a_reader_of_the_file_refuses_too(kind, name, written):
    """What the same request gives again would not show what its writer hides: most is refused by reading."""
    (*_, check, changes), (asked, file) = KINDS[kind], written(kind)
    if (kind, name) in alterations.BY_BYTES:
        check(changes[name](file), asked)
    else:
        with pytest.raises(NotAsAsked):
            check(changes[name](file), asked)


def test_only_the_change_of_an_object_differs(written):
    for kind in ("briefing", "notice"):
        assert alterations.relisted(b"", b"")(written(kind)[1]) == written(kind)[1]


@pytest.mark.parametrize("kind", RELEASED)
@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_file_that_says_what_was_published_leaves(kind, issue):
    _, write, check, _ = KINDS[kind]
    issue = replace(issue, figure="population") if kind == "picture" else issue
    check(write(issue), issue)


@pytest.mark.parametrize("kind", RELEASED)
@pytest.mark.parametrize("other", OTHERS)
def test_a_file_of_any_other_release_does_not_leave(kind, other, written):
    if (kind, other) == ("picture", "another second"):
        return  # of which a picture does not speak
    asked, file = written(kind)
    with pytest.raises(NotAsAsked):
        KINDS[kind][2](file, replace(OTHERS[other], figure=asked.figure))


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_all_that_a_notice_says_was_published(issue):
    check_numbers(spoken_texts(notice_of(issue)), issue)


@pytest.mark.parametrize("more", ["3,778 applications", "as at 22 June 2025", "a share of 0.87%", "2.5 days"])
def test_a_number_that_was_not_published_is_refused_wherever_it_is(more):
    with pytest.raises(NotAsAsked, match="a number that was not published"):
        check_numbers([*spoken_texts(notice_of(REAL)), more], REAL)


def test_the_limits_of_a_withheld_number_are_refused_though_the_release_has_them():
    bare = REAL.public.model_copy(update={"rule": "Small counts are not shown."})
    issue = type(REAL)(public=bare, published_at=REAL.published_at, digest=REAL.digest)
    check_numbers(spoken_texts(notice_of(issue)), issue)
    with pytest.raises(NotAsAsked, match="a number that was not published"):
        check_numbers([*spoken_texts(notice_of(issue)), "between 1 and 7 people"], issue)


def test_a_number_that_is_left_out_is_missed_unless_not_all_are_asked_for():
    (population, *_) = lines_of(REAL.public)
    with pytest.raises(NotAsAsked, match="a number that is missing"):
        check_numbers([population], REAL)
    check_numbers([population], REAL, every=False)


def test_commas_that_a_spreadsheet_leaves_out_make_no_difference():
    check_numbers([*spoken_texts(notice_of(REAL)), "3780"], REAL)


def test_a_text_that_could_run_is_refused_even_if_it_was_asked_for(monkeypatch):
    """What may run is decided by two rules written apart, so that neither is trusted alone."""
    monkeypatch.setattr("reports.verify.escaped", lambda rows: rows)
    monkeypatch.setattr("data.csv_safe.escaped", lambda rows: rows)
    running = content_of(table_of(pl.DataFrame({"Ref": ["A-1", " =1"]})))
    with pytest.raises(NotAsAsked, match="a text that could run"):
        check_csv(table_files.csv(running), running)


def test_one_column_in_which_little_is_recorded_is_read_again():
    sparse = content_of(table_of(pl.DataFrame({"Ref": [None, "", "A-1", None]})))
    check_csv(table_files.csv(sparse), sparse)


def test_an_infinite_number_and_one_that_is_not_a_number_are_read_again():
    unbounded = content_of(
        table_of(pl.DataFrame({"Share": [float("nan"), float("inf"), float("-inf"), 0.5]}))
    )
    file = table_files.csv(unbounded)
    check_csv(file, unbounded)
    check_parquet(table_files.parquet(unbounded), unbounded)
    with pytest.raises(NotAsAsked):
        check_csv(file.replace(b"-inf", b"inf"), unbounded)


def test_the_marking_is_the_first_line_and_the_last(written):
    _, file = written("csv")
    lines = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert lines[0] == lines[-1] == ["OFFICIAL-SENSITIVE · R&D DATA"]
    assert lines[1:4] == [
        ["Failures: by area"],
        ["As at 11 January 2024, as known on 8 May 2024."],
        ["Unit: applications"],
    ]
    assert ["Reason: To check the failures of the north with its staff."] in lines


def test_the_marking_and_the_definition_travel_with_the_columns(written):
    facts = pq.ParquetFile(io.BytesIO(written("parquet")[1])).metadata.metadata
    assert facts[b"Marking"] == "OFFICIAL-SENSITIVE · R&D DATA".encode()
    assert facts[b"Definition"] == b"=all"


def test_columns_written_anew_as_they_are_leave_and_of_other_rows_do_not(written):
    content, columns = written("parquet")
    check_parquet(alterations.rewritten(lambda table: table)(columns), content)
    assert table_files.metadata(content)["Title"] == "Failures: by area"
    other = replace(content, tables=(replace(content.table, rows=ROWS.with_columns(pl.col("Days") * 1)),))
    check_parquet(columns, other)
    with pytest.raises(NotAsAsked):
        check_parquet(columns, content_of(table_of(ROWS)))


def test_a_workbook_packed_anew_leaves_and_of_other_content_does_not(written):
    content, file = written("workbook")
    check_xlsx(alterations.packed(alterations.parts(file)), content)
    for changed in (
        replace(content, marking="OFFICIAL"),
        replace(content, reason="Another reason than the one that was given."),
        replace(content, tables=(replace(content.table, title="Others"),)),
        replace(content, tables=(replace(content.table, rows=content.table.rows.reverse()),)),
        replace(content, tables=(replace(content.table, rows=content.table.rows.head(6)),)),
        replace(content, tables=(content.table, content.table)),
    ):
        with pytest.raises(NotAsAsked):
            check_xlsx(file, changed)


def test_the_sentence_names_the_place_and_never_the_value(written):
    content, file = written("workbook")
    with pytest.raises(UserError) as raised:
        check_xlsx(alterations.WORKBOOK["a changed text"](file), content)
    assert "sheet 2, cell A5" in str(raised.value)
    assert "00123" not in str(raised.value)
    assert re.fullmatch(r"[A-Z][^.]*\.", str(raised.value))


def test_another_program_reads_the_values_that_were_asked_for(written):
    content, file = written("workbook")
    page = load_workbook(io.BytesIO(file)).worksheets[1]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    for number, name in ((4, "Days"), (5, "Share"), (6, "Harm")):
        assert [row[number] for row in rows] == content.table.rows[name].to_list()
    assert [row[0] for row in rows][:4] == ["00123", "1E5", "=1+1", "<r><t>bold</t></r>"]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


def test_a_share_without_a_part_of_one_per_cent_leaves_as_it_was_published():
    half = PublishedCell(shown="50.0%", number=0.5, low=0.49, high=0.51, treatment="from rounded numbers")
    share = next(figure for figure in REAL.public.figures if figure.kind == "share")
    issue = issue_of(published(figures=(share.model_copy(update={"cells": (half,)}),)))
    check_release_xlsx(release_workbook.xlsx(issue), issue)


def test_what_is_compared_is_every_sentence_and_every_number_of_a_briefing(briefing, written):
    _, file = written("briefing")
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert len(opened.pages) == 2
    elements = list(briefing_elements(briefing))
    words = "".join("".join(text.split()) for _, text in elements)
    (table,) = (table for section in briefing.sections for table in section.tables)
    for row in table.rows.rows():
        for value in row:
            text = "" if value is None else value if isinstance(value, str) else written_count(value)
            assert "".join(text.split()).replace("-", "\u2212") in words
    assert ("picture", "north$x$<b>b</b>15117") in elements
    assert ("alternative", briefing.sections[1].charts[0].alt) in elements


def with_section(briefing, number, **fields):
    sections = list(briefing.sections)
    sections[number] = replace(sections[number], **fields)
    return replace(briefing, sections=tuple(sections))


OTHER_BRIEFINGS = {
    "another sentence": lambda asked: with_section(asked, 0, lines=("All 3,777 applications are done.",)),
    "another heading": lambda asked: with_section(asked, 1, heading="Failure"),
    "a point in other words": lambda asked: with_section(asked, 0, points=(("Promise broken.", " “Words” office"),)),
    "another chart": lambda asked: with_section(asked, 1, charts=(chart_of("south", "$x$", "<b>b</b>"),)),
    "a picture with another message": lambda asked: with_section(
        asked, 1, charts=(replace(asked.sections[1].charts[0], alt="Another."),)
    ),
    "no chart": lambda asked: with_section(asked, 1, charts=()),
    "a number more": lambda asked: with_section(
        asked, 2, tables=(replace(asked.sections[2].tables[0], rows=asked.sections[2].tables[0].rows.head(59)),)
    ),
    "a section more": lambda asked: replace(asked, sections=(*asked.sections, Section(heading="More"))),
    "another marking": lambda asked: replace(asked, marking="OFFICIAL"),
    "other days": lambda asked: replace(asked, days="As at 12 January 2024."),
    "another review": lambda asked: replace(asked, review="The second review"),
    "another moment": lambda asked: replace(asked, created_at=asked.created_at.replace(second=0)),
    "another maker": lambda asked: replace(asked, created_by="analyst 8"),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHER_BRIEFINGS.values(), ids=OTHER_BRIEFINGS)
def test_a_briefing_that_says_anything_else_does_not_leave(written, other):
    briefing, file = written("briefing")
    with pytest.raises(NotAsAsked):
        check_pdf(file, other(briefing))


def test_what_differs_is_named_by_its_place_and_never_by_its_words(written):
    briefing, file = written("briefing")
    with pytest.raises(NotAsAsked, match=r"\(its words: text 6, a line\)"):
        check_pdf(file, with_section(briefing, 0, lines=("Secret words", "#x")))


def test_a_briefing_without_sections_is_one_page():
    asked = briefing_of()
    check_pdf(typesetting.pdf(asked), asked)


LOSSES = {
    "the body": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][1:]})),
    "who made it": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][:-1]})),
    "the foot": ("Paper", lambda **asked: Paper(**asked | {"foot": ""})),
    "the marking": ("Paper", lambda **asked: Paper(**asked | {"marks": ("OFFICIAL",)})),
    "a section": ("Paper", lambda **asked: Paper(**asked | {"parts": asked["parts"][1:]})),
    "a sentence": ("_fields", lambda section: _fields(section) | {"lines": section.lines[1:]}),
    "a point": ("_fields", lambda section: _fields(section) | {"points": section.points[1:]}),
    "a chart": ("_fields", lambda section: _fields(section) | {"pictures": ()}),
    "a table": ("_fields", lambda section: _fields(section) | {"grids": ()}),
    "a title of a chart": ("_picture", lambda chart: _picture(chart) | {"title": chart.alt}),
    "a word of a chart's alternative": ("_picture", lambda chart: _picture(chart) | {"alt": chart.alt[:-1]}),
    "the days of a table": ("_grid", lambda table: replace(_grid(table), subtitle="")),
    "a row": ("_grid", lambda table: replace(_grid(table), rows=_grid(table).rows[1:])),
}


@pytest.mark.long
@pytest.mark.parametrize(("kind", "lossy"), LOSSES.values(), ids=LOSSES)
def test_what_is_lost_where_a_briefing_is_composed_is_missed(kind, lossy, briefing, monkeypatch):
    monkeypatch.setattr(f"reports.typesetting.{kind}", lossy)
    file = typesetting.pdf(briefing)
    with pytest.raises(NotAsAsked):
        check_pdf(file, briefing)


NOTICE_LOSSES = {
    "the body": ("Paper", lambda **asked: Paper(**asked | {"body": ""})),
    "when it was published": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][1:]})),
    "the status": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][:-1]})),
    "the foot": ("Paper", lambda **asked: Paper(**asked | {"foot": ""})),
    "how to get help": ("Paper", lambda **asked: Paper(**asked | {"parts": asked["parts"][:-1]})),
    "the last line of a part": ("Section", lambda **asked: Section(**asked | {"lines": asked.get("lines", ())[:-1]})),
    "a table": ("Section", lambda **asked: Section(**asked | {"grids": ()})),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "lossy"), NOTICE_LOSSES.values(), ids=NOTICE_LOSSES)
def test_what_is_lost_where_a_notice_is_composed_is_missed(kind, lossy, monkeypatch):
    monkeypatch.setattr(f"reports.press.notice.{kind}", lossy)
    file = notice.pdf(REAL)
    with pytest.raises(NotAsAsked):
        check_release_pdf(file, REAL)


def test_what_is_spoken_of_a_notice_is_every_text_of_it():
    texts = list(spoken_texts(notice_of(REAL)))
    for text in ("Test Police", "withheld", "Release 4", "Getting help", "How it is given", REAL.short):
        assert text in texts


PICTURES = {
    "a count": PICTURE,
    "a share": replace(PICTURE, figure="failure_rate"),
    "a rounded count under embargo": replace(EMBARGOED, figure="population"),
    "a typed count": replace(ELSEWHERE, figure="population"),
}


@pytest.mark.parametrize("issue", PICTURES.values(), ids=PICTURES)
def test_a_picture_of_what_was_published_leaves(issue):
    check_image(image.png(issue), issue)


def test_a_picture_of_another_figure_does_not_leave(written):
    with pytest.raises(NotAsAsked):
        check_image(written("picture")[1], replace(PICTURE, figure="population"))
