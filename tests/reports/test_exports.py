import csv
import datetime as dt
import hashlib
import io
import re
from dataclasses import replace
from itertools import product

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from access.roles import Permission, Role, permitted
from data.errors import UserError
from reports import exports
from reports.content import Table
from reports.exports import EXPORTS, TABLES, Format, export, make
from reports.reader import NotAsAsked
from tests.reports.conftest import MADE, ROWS, content_of, table_of
from tests.reports.press.releases import EMBARGOED, PICTURE

FIGURES = export("figures")

# Text that programs take for something else, among any text at all.
HOSTILE = st.sampled_from(
    ["=1+1", "@x", "<r></r>", "<r><t>a</t></r>", "_x0041_", "x005F_", "_x005F_", "\x00", "\r", "\r\n", "\ufffe\uffff", " ", "\u2028", '"', "'", "a,b", "&amp;", "<![CDATA[x]]>", "TRUE", "1", "01/02/2020", "\ufeff", "]]>", "\x85", "\u200b=1", "|+1"]
)  # fmt: skip
TEXTS = (
    (st.lists(HOSTILE | st.text(max_size=12), min_size=1, max_size=3).map("".join) | st.just(""))
    # Refused, as told below.
    .filter(lambda text: not re.search("_x[0-9A-Fa-f]{4}(_x|[\x00-\x08\x0b-\x1f\ufffe\uffff])", text))
)
PARTS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, min_value=-9e307, max_value=9e307)  # fmt: skip
COLUMNS = {
    pl.String: TEXTS,
    pl.Int64: st.integers(1 - 10**15, 10**15 - 1),
    pl.Float64: PARTS,
    pl.Date: st.dates(dt.date(1900, 3, 1)),
    pl.Boolean: st.booleans(),
    pl.Datetime("us", "UTC"): st.datetimes(timezones=st.just(dt.UTC)),
}
NAMES = ["Ref", "=Ref", 'a "b" & <c>', "2024", "é", "Column 6"]


@st.composite
def frames(draw):
    kinds = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=len(NAMES)))
    height = draw(st.integers(0, 6))
    return pl.DataFrame(
        [
            pl.Series(
                name,
                draw(st.lists(COLUMNS[kind] | st.none(), min_size=height, max_size=height)),
                dtype=kind,
                strict=False,
            )
            for name, kind in zip(NAMES, kinds, strict=False)
        ]
    )


@given(frames(), TEXTS)
@settings(max_examples=settings.default.max_examples // 4, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_asked_to_leave_leaves_as_it_is_in_every_format(rows, reason):
    asked = content_of(table_of(rows), reason=reason)
    for format_ in TABLES:
        assert make(FIGURES, asked, format_).rows == rows.height


@pytest.mark.parametrize("text", ["\r\n", "\n", "a\n", "\na", "a>\n", "?>\n"], ids=ascii)
@pytest.mark.parametrize("format_", TABLES)
def test_a_text_that_begins_or_ends_with_a_line_leaves_as_it_is(format_, text):
    asked = content_of(table_of(pl.DataFrame({"Ref": [text, "b"]})), reason=text)
    assert make(FIGURES, asked, format_).rows == 2


@pytest.mark.parametrize("format_", TABLES)
def test_a_file_that_was_changed_between_writing_and_reading_does_not_leave(content, format_, monkeypatch):
    kind = exports._KINDS[format_]
    other = content_of(table_of(ROWS.with_columns(Days=0)), reason=content.reason)
    changed = exports._Kind(kind.suffix, kind.media_type, lambda _: kind.write(other), kind.check)
    monkeypatch.setitem(exports._KINDS, format_, changed)
    with pytest.raises(NotAsAsked):
        make(FIGURES, content, format_)


def test_a_file_is_named_by_its_day_its_review_and_its_marking(content):
    file = make(FIGURES, content, Format.XLSX)
    assert file.name == "2024-05-08_The-first-review_Figures_OFFICIAL-SENSITIVE-R-D-DATA.xlsx"
    assert file.digest == hashlib.sha256(file.content).hexdigest()
    assert file.rows == 7


def test_a_file_is_named_by_what_its_table_is_called_and_never_by_what_it_holds():
    table = replace(table_of(ROWS, "Rows behind failures: north"), named="Rows behind failures found")
    file = make(export("cases"), content_of(table, reason="To see."), Format.CSV)
    assert (
        file.name == "2024-05-08_The-first-review_Rows-behind-failures-found_OFFICIAL-SENSITIVE-R-D-DATA.csv"
    )
    several = make(export("workbook"), content_of(table, table), Format.XLSX)
    assert several.name.split("_")[2] == "Workbook"


def test_an_export_leaves_in_its_own_formats_only(content, briefing):
    with pytest.raises(ValueError, match="briefing does not leave as CSV"):
        make(export("briefing"), briefing, Format.CSV)
    with pytest.raises(ValueError, match="figures does not leave as PDF"):
        make(FIGURES, content, Format.PDF)


@pytest.mark.parametrize(
    ("review", "slug"),
    [("../../etc/passwd", "etc-passwd"), ('Ré"view\r\nX: y', "Re-view-X-y"), ("評価", "review")],
)
def test_a_file_name_is_plain_whatever_the_review_is_called(review, slug):
    asked = content_of(table_of(ROWS), review=review)
    assert make(FIGURES, asked, Format.CSV).name.split("_")[1] == slug


def test_the_same_content_makes_the_same_file(content, briefing):
    for format_ in TABLES:
        assert make(FIGURES, content, format_) == make(FIGURES, content, format_)
    assert make(export("briefing"), briefing, Format.PDF) == make(export("briefing"), briefing, Format.PDF)


def test_a_workbook_of_several_tables_tells_them_apart():
    titles = [
        "History",
        "Failures [by area]: the whole of the north and south",
        "failures by area: the whole of the north",
    ]
    tables = tuple(table_of(ROWS.head(2), title) for title in titles)
    file = make(FIGURES, content_of(*tables), Format.XLSX)
    assert load_workbook(io.BytesIO(file.content)).sheetnames == [
        "About",
        "History 2",
        "Failures by area the whole of t",
        "failures by area the whole of 2",
    ]


def test_one_table_is_all_that_text_and_columns_hold():
    tables = (table_of(ROWS), table_of(ROWS))
    for format_ in (Format.CSV, Format.PARQUET):
        with pytest.raises(ValueError, match="too many values"):
            make(FIGURES, content_of(*tables), format_)


def test_case_rows_do_not_leave_without_a_reason():
    for reason in (None, "", "   "):
        with pytest.raises(ValueError, match="without a reason"):
            make(export("cases"), content_of(table_of(ROWS), reason=reason), Format.CSV)


def test_every_export_needs_a_permission_to_export_and_some_role_has_it():
    wanted = {Permission.EXPORT_FIGURES, Permission.EXPORT_CASE_ROWS, Permission.EXPORT_RECORD}
    assert {each.needs for each in EXPORTS} == wanted | {Permission.RELEASES}
    for each, role in product(EXPORTS, Role):
        if each.needs in wanted and permitted(role, each.needs):
            assert role not in {Role.PRESS_OFFICER, Role.RELEASE_APPROVER}
    assert all(each.reason_asked == (each.needs is Permission.EXPORT_CASE_ROWS) for each in EXPORTS)


def only(name, values, dtype=None):
    return content_of(table_of(pl.DataFrame({name: pl.Series(values, dtype=dtype)})))


UNHELD = {
    "a number of 16 digits": only("Days", [10**15]),
    "no number": only("Share", [float("nan")]),
    "a number without end": only("Share", [float("inf")]),
    "a number too small": only("Share", [5e-324]),
    "a day before Excel's first": only("Received", [dt.date(1900, 2, 28)]),
    "a text too long": only("Note", ["x" * 32_768]),
    "a text too long in halves": only("Note", ["\U0001f600" * 16_384]),
    "a text that Excel would read as another": only("Note", ["_x0041_x005F_"]),
    "a text that it would read so with what follows": only("Note", ["_x0041\x00"]),
    "too many cells": only("Days", pl.zeros(200_001, dtype=pl.Int64, eager=True)),
}


@pytest.mark.parametrize("asked", UNHELD.values(), ids=UNHELD)
def test_what_excel_would_round_cut_or_refuse_gets_one_sentence_that_says_what_to_do(asked):
    with pytest.raises(UserError, match=r"^[^.]*choose (Parquet|CSV or Parquet, or narrow the view)\.$"):
        make(FIGURES, asked, Format.XLSX)
    make(FIGURES, asked, Format.PARQUET)


def test_the_longest_text_and_number_that_excel_holds_leave():
    make(FIGURES, only("Note", ["\U0001f600" * 16_383 + "x", "=" * 32_767]), Format.XLSX)
    make(FIGURES, only("Days", [10**15 - 1, 1 - 10**15]), Format.XLSX)


@pytest.mark.parametrize("name", ["two\nlines", "", "x" * 256, "\x00"], ids=ascii)
def test_a_column_that_no_program_could_name_is_refused(name):
    with pytest.raises(UserError, match="A column's name must be one line"):
        make(FIGURES, only(name, ["x"]), Format.CSV)


def test_columns_alike_but_for_capitals_are_refused():
    with pytest.raises(UserError, match="Two columns are called 'a' but for capitals"):
        make(FIGURES, content_of(table_of(pl.DataFrame({"a": [1], "A": [2]}))), Format.XLSX)


@pytest.mark.parametrize("rows", [pl.DataFrame({"a": [[1]]}), pl.DataFrame({"a": [b"x"]}), pl.DataFrame()])
def test_what_no_file_holds_is_a_mistake_of_the_program(rows):
    with pytest.raises(TypeError):
        make(FIGURES, content_of(table_of(rows)), Format.PARQUET)


def test_every_note_stands_in_every_format(content):
    said = ["Failures: by area", "Unit", "applications", "To check the failures of the north with its staff."]
    about = load_workbook(io.BytesIO(make(FIGURES, content, Format.XLSX).content)).worksheets[0]
    cells = [cell.value for row in about.iter_rows(values_only=False) for cell in row]
    text = make(FIGURES, content, Format.CSV).content.decode("utf-8-sig")
    lines = " ".join(line[0] for line in csv.reader(io.StringIO(text, newline="")) if line)
    for each in said:
        assert each in cells
        assert each in lines
    assert f"Made: {MADE:%Y-%m-%d %H:%M:%S} UTC by analyst 7" in lines


def test_a_table_without_rows_leaves_with_its_header():
    empty = content_of(Table(title="None", subtitle="As at today.", rows=ROWS.clear()))
    for format_ in TABLES:
        assert make(FIGURES, empty, format_).rows == 0


RELEASED = [each for each in EXPORTS if each.needs is Permission.RELEASES]


def test_a_file_of_a_release_is_named_by_its_day_its_number_what_it_is_and_its_marks():
    file = make(export("web_page"), EMBARGOED, Format.HTML)
    assert file.name == (
        "2024-05-22_The-review-of-2015-to-2023_Release-5-version-2-Web-page_"
        "EMBARGOED-NOT-FOR-PUBLICATION_DEMONSTRATION-DATA.html"
    )
    assert file.rows == 7
    picture = make(export("social_image"), PICTURE, Format.PNG)
    assert (
        picture.name
        == "2024-05-22_The-review-of-2015-to-2023_Release-5-version-2-Picture-of-a-figure-failures.png"
    )
    assert picture.rows == 1


def test_what_is_made_of_a_release_is_made_of_nothing_else_and_nothing_else_of_it(content):
    with pytest.raises(ValueError, match="notice is not made of this"):
        make(export("notice"), content, Format.PDF)
    with pytest.raises(ValueError, match="figures is not made of this"):
        make(FIGURES, PICTURE, Format.XLSX)


@pytest.mark.parametrize("format_", exports._RELEASED)
def test_a_file_of_a_release_that_was_changed_between_writing_and_reading_does_not_leave(
    format_, monkeypatch
):
    kind = exports._RELEASED[format_]
    other = replace(PICTURE, public=PICTURE.public.model_copy(update={"number": 6}))
    changed = exports._Kind(kind.suffix, kind.media_type, lambda _: kind.write(other), kind.check)
    monkeypatch.setitem(exports._RELEASED, format_, changed)
    (wanted,) = [each for each in RELEASED if format_ in each.formats]
    with pytest.raises(NotAsAsked):
        make(wanted, PICTURE, format_)
