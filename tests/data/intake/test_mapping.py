import re
from pathlib import Path
from typing import Any

import pytest

from data.errors import UserError
from data.intake.mapping import read_mapping
from tests.data.conftest import Loader, applications, lines, plan_of

WHOLE = """\
extract = "full"
[[tables]]
table = "applications"
[tables.columns]
application_ref = "Ref"
received_on = "Received"
route = { value = "right to ask" }
area = "Area"
"""


def read(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    return read_mapping(path)


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ('extract = "full"', "", "the setting 'extract' is missing"),
        ('extract = "full"', 'extract = "whole"', "extract: input should be 'full' or 'partial'"),
        ('"applications"', '"aplications"', "no table 'aplications'; the nearest is 'applications'"),
        ("area =", "arae =", "applications has no column 'arae'; the nearest is 'area'"),
        ('received_on = "Received"', "", "the column 'received_on' of applications is missing"),
        ('area = "Area"', "area = {}", "name either the column that it comes from or one value"),
        (
            'area = "Area"',
            'area = { colum = "Area" }',
            "in [[tables]] number 1, there is no setting called 'columns.area.colum'",
        ),
        ('table = "applications"', "", "in [[tables]] number 1, the setting 'table' is missing"),
        ("[tables.columns]", 'encoding = "utf-9"\n[tables.columns]', "there is no encoding called 'utf-9'"),
        ("[[tables]]", "[[tables", "is not valid TOML"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_in_one_sentence(
    tmp_path: Path, was: str, is_now: str, said: str
) -> None:
    with pytest.raises(UserError) as refused:
        read(tmp_path, WHOLE.replace(was, is_now))
    assert said in str(refused.value)
    assert str(refused.value).startswith("mapping.toml")


@pytest.mark.parametrize("column", ["area", "decision", "in_scope", "route"])
@pytest.mark.parametrize(("one", "other"), [("N", "n"), ("N 1", "n  1"), ("N\u00a01", "N 1"), ("", "\u200b")])
@pytest.mark.parametrize("ours", [("north", "south"), ("north", "north")])
def test_translations_that_differ_only_by_case_or_spaces_are_refused_and_both_are_named(
    tmp_path: Path, column: str, one: str, other: str, ours: tuple[str, str]
) -> None:
    codes = f'codes = {{ "{one}" = "{ours[0]}", "{other}" = "{ours[1]}" }}'
    text = re.sub(rf"(?m)^{column} = .*\n", "", WHOLE) + f'{column} = {{ column = "X", {codes} }}\n'
    with pytest.raises(UserError) as refused:
        read(tmp_path, text)
    assert f"there are codes {one!r} and {other!r}, which differ only by case, spaces" in str(refused.value)


def test_a_missing_mapping_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_mapping(tmp_path / "none.toml")


def test_a_column_left_out_is_filled_with_what_leaving_it_out_means(desk: Loader) -> None:
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"))
    assert desk.now().select("in_scope", "category").rows() == [(True, None)]


def test_one_value_may_fill_a_column(desk: Loader) -> None:
    plan = plan_of(applications(area={"value": "South"}, in_scope={"value": "no"}))
    desk.take(lines("A-1,01/02/2020,right to ask,,,"), plan=plan)
    assert desk.now().select("area", "in_scope").rows() == [("south", False)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"area": {"value": "nroth"}},
            "value for 'area', 'nroth', is not one of the areas; the nearest is 'north'",
        ),
        ({"application_ref": {"value": "A-1"}}, "a reference must come from a column"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(desk: Loader, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        desk.take(lines("A-1,01/02/2020,right to ask,north,,"), plan=plan_of(applications(**changes)))


@pytest.mark.parametrize(
    "form", ["%d/%d/%Y", "%d/%m", "%d/%m %%Y", "%d %B %A", "%m/%Y", "%Y", "dd/mm/yyyy", "%Q", "%", ""]
)
def test_a_format_that_does_not_tell_a_whole_day_is_refused(tmp_path: Path, form: str) -> None:
    given = f'received_on = {{ column = "Received", formats = ["{form}"] }}'
    with pytest.raises(
        UserError, match="does not tell a whole day: give day, month and year once each"
    ) as refused:
        read(tmp_path, re.sub(r"received_on = .*", given, WHOLE))
    assert str(refused.value).startswith("mapping.toml")


@pytest.mark.parametrize("form", ["%d/%m/%y", "%Y%m%d", "%d-%b-%Y", "%B %d, %Y", "%d/%m/%Y %H:%M"])
def test_a_format_that_tells_a_whole_day_is_taken(tmp_path: Path, form: str) -> None:
    given = f'received_on = {{ column = "Received", formats = ["{form}"] }}'
    assert read(tmp_path, re.sub(r"received_on = .*", given, WHOLE)).tables[0].columns[
        "received_on"
    ].formats == (form,)
