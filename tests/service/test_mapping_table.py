import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from data.errors import UserError
from data.intake.guess import guess_of
from data.intake.suggest import mapping_of
from data.spool import FileColumn
from service.inbox import plan_of
from service.mapping_table import LEFT_OUT, MappingTable
from tests.data.intake.registers import MAKERS, Maker

MAPPING = """\
extract = "full"
[[tables]]
table = "applications"
where = { Kind = ["case"] }
[tables.columns]
application_ref = "Ref"  # sure: every row has another
received_on = { column = "Received", formats = ["%d/%m/%Y", "%Y"], bad = "not known" }
area = { column = 4, codes = { "N" = "north" }, null = ["?"] }
route = { value = "right to ask" }
"""
NAMES = ("Ref", "Received", "Closed", "", "Kind")
COLUMNS = tuple(FileColumn(name=name, place=place) for place, name in enumerate(NAMES, start=1))


def table_of(mapping: str = MAPPING, columns: tuple[FileColumn, ...] = COLUMNS) -> MappingTable:
    return MappingTable(mapping, columns)


def choices_of(table: MappingTable, **changes: tuple[str, str]) -> list[tuple[str, str]]:
    """Choices as they are, but for those of the columns named, in whose names _ is a space."""
    named = {name.replace("_", " "): choice for name, choice in changes.items()}
    return [named.get(line.title, (table.label(line), line.formats)) for line in table.lines]


def columns_of(mapping: str) -> dict[str, Any]:
    return tomllib.loads(mapping)["tables"][0]["columns"]


def test_each_column_of_the_file_has_a_line_with_what_it_becomes() -> None:
    table = table_of()
    assert [(line.title, table.label(line), line.formats) for line in table.lines] == [
        ("Ref", "application_ref", ""),
        ("Received", "received_on", "%d/%m/%Y | %Y"),
        ("Closed", LEFT_OUT, ""),
        ("column 4", "area", ""),
        ("Kind", LEFT_OUT, ""),
        ("always right to ask", "route", ""),
    ]
    notes = [line.note for line in table.lines]
    assert notes[:2] == ["sure: every row has another", "bad not known"]
    assert notes[3:5] == ["codes N = north; null ?", "says which rows are meant"]
    assert table.remarks == ["applications: where Kind = case"]


def test_a_table_that_nobody_edits_is_the_same_text() -> None:
    table = table_of()
    assert table.edited(choices_of(table)) == MAPPING


def test_a_column_is_taken_in_given_a_format_moved_and_left_out() -> None:
    table = table_of()
    changes = {
        "Closed": ("closed_on", "%d %B %Y"),
        "column_4": ("category", ""),
        "Received": ("received_on", ""),
    }
    columns = columns_of(table.edited(choices_of(table, always_right_to_ask=(LEFT_OUT, ""), **changes)))
    assert columns == {
        "application_ref": "Ref",
        "closed_on": {"column": "Closed", "formats": ["%d %B %Y"]},
        "category": {"column": 4, "null": ["?"]},
        "received_on": {"column": "Received", "bad": "not known"},
    }


def test_two_columns_change_places() -> None:
    table = table_of()
    columns = columns_of(
        table.edited(choices_of(table, Closed=("received_on", ""), Received=("closed_on", "%d/%m/%Y")))
    )
    assert columns["received_on"] == "Closed"
    assert columns["closed_on"] == {"column": "Received", "formats": ["%d/%m/%Y"]}


@pytest.mark.parametrize(
    ("label", "why"),
    [("received_on", "Two columns become received_on"), ("colour", "There is no column 'colour'")],
)
def test_what_no_choice_offers_is_refused(label: str, why: str) -> None:
    table = table_of()
    with pytest.raises(UserError, match=why):
        table.edited(choices_of(table, Closed=(label, "")))


def test_a_table_with_other_lines_is_refused() -> None:
    table = table_of()
    with pytest.raises(UserError, match="other lines"):
        table.edited(choices_of(table)[1:])


def test_a_text_goes_into_the_mapping_as_a_text() -> None:
    table = table_of(columns=(*COLUMNS, FileColumn(name='x" = 1\n[y]', place=6)))
    changed = choices_of(table)
    changed[5] = ("closed_on", '%d"]}\nevil = "1')
    columns = columns_of(table.edited(changed))
    assert columns["closed_on"] == {"column": 'x" = 1\n[y]', "formats": ['%d"]}\nevil = "1']}
    with pytest.raises(UserError, match="does not tell a whole day"):
        plan_of(table.edited(changed))


def test_only_new_columns_are_asked_about_where_the_rest_is_known() -> None:
    columns = (*COLUMNS, FileColumn(name="Outcome", place=6, new=True))
    table = MappingTable(MAPPING, columns, only_new=True)
    assert [line.title for line in table.lines] == ["Outcome"]
    assert columns_of(table.edited([("category", "")]))["category"] == "Outcome"


def test_a_guess_that_lacks_what_is_needed_is_completed_in_the_table() -> None:
    mapping = MAPPING.replace(
        'received_on = { column = "Received"', '# NEEDED: received_on = { column = "Received"'
    )
    table = table_of(mapping)
    with pytest.raises(UserError, match="'received_on' of applications is missing"):
        plan_of(mapping)
    assert plan_of(table.edited(choices_of(table, Received=("received_on", "%d/%m/%Y"))))


def test_columns_of_several_tables_are_named_with_their_table() -> None:
    mapping = MAPPING + '[[tables]]\ntable = "findings"\n[tables.columns]\nfinding_ref = "Ref"\n'
    mapping += '[[tables]]\ntable = "findings"\n[tables.columns]\nfinding_ref = "Kind"\n'
    table = table_of(mapping)
    labels = {(line.title, table.label(line)) for line in table.lines}
    assert {("Ref", "applications.application_ref"), ("Ref", "findings (2).finding_ref")} <= labels
    assert ("Kind", "findings (3).finding_ref") in labels


@pytest.mark.parametrize("mapping", ["", "tables = 1", "extract = ", '[[tables]]\ntable = "x"'])
def test_a_text_without_tables_is_refused(mapping: str) -> None:
    with pytest.raises(UserError, match="no tables that can be shown"):
        table_of(mapping)


@pytest.mark.long
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_the_guess_of_a_register_of_any_grain_has_all_its_columns_and_stays_as_it_is(
    tmp_path: Path, make: Maker
) -> None:
    made = make(random.Random(1))
    (tmp_path / made.name).write_text(made.text)
    guess = guess_of(str(tmp_path / made.name))
    mapping = mapping_of([guess])
    columns = tuple(FileColumn(name=c.name, place=c.place + 1, kind=c.kind) for c in guess.part.columns)
    table = MappingTable(mapping, columns)
    assert {line.theirs for line in table.lines} == {column.name or column.place for column in columns}
    fed = [line for line in table.lines if line.field]
    assert len(fed) == sum(len(plan.columns) for plan in plan_of(mapping).tables)
    assert table.edited(choices_of(table)) == mapping
