import datetime as dt

import polars as pl
import pytest

from data.faults import Fault
from data.intake.values import Codes, Days, Flags, number, reference, whole_number
from tests.data.conftest import Desk, applications, lines, plan_of

FIFTH = dt.date(2023, 1, 5)


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("2023-01-05", ()),
        ("2023-01-05 00:00:00", ()),
        ("2023-01-05T13:45:00Z", ()),
        ("2023-01-05T13:45:00.123+01:00", ()),
        ("05/01/2023", ()),
        ("5/1/2023", ()),
        ("05-01-2023", ()),
        ("05.01.2023", ()),
        ("5 January 2023", ()),
        ("05 Jan 2023", ()),
        ("05-JAN-2023", ()),
        ("\u00a05/1/2023\u200b", ()),
        ("44931", ()),
        ("44931.0", ()),
        ("1/5/23", ("%m/%d/%y",)),
        ("5/1/23", ("%d/%m/%y",)),
        ("2023-01-05", ("%m/%d/%y",)),
        ("January 5, 2023", ("%d/%m/%Y", "%B %d, %Y")),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str, formats: tuple[str, ...]) -> None:
    assert Days(formats)(text) == (FIFTH, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31/02/2023", "is not a day that exists"),
        ("2023-02-31", "is not a day that exists"),
        ("05/01/23", "has a year of two digits: name its format in the mapping"),
        ("TBC", "is not a date"),
        ("N/A", "is not a date"),
        ("-", "is not a date"),
        ("0", "is not a date"),
        ("60", "is not a date"),
        ("#ERROR!", "is not a date"),
        ("01/01/0203", "is before the year 1901"),
        ("20230105", "is not a date"),
    ],
)
def test_what_is_no_day_says_why(text: str, reason: str) -> None:
    assert Days()(text) == (None, reason)


def test_a_blank_cell_is_no_day_and_no_mistake() -> None:
    assert Days()(" \u00a0\u200b") == (None, "")


def test_a_workbook_may_count_its_days_from_1904() -> None:
    days = Days(epoch=dt.date(1904, 1, 1))
    assert days("43469") == (FIFTH, "")
    assert list(days.remarks("Received")) == [
        "Numbers in 'Received' were read as a spreadsheet's days from 1904 on."
    ]


def test_times_of_day_are_left_out_with_a_warning_and_midnight_without() -> None:
    midnight, noon = Days(), Days()
    midnight("2023-01-05 00:00:00")
    noon("2023-01-05 12:00")
    assert list(midnight.remarks("Received")) == []
    assert list(noon.remarks("Received")) == ["Times of day in 'Received' were left out."]


@pytest.mark.parametrize(
    ("formats", "rows", "said"),
    [
        ((), ["01/02/2020", "12/25/2020"], "other way round than day/month/year, in row 3"),
        (("%m/%d/%Y",), ["01/02/2020", "25/12/2020"], "other way round than %m/%d/%Y, in row 3"),
        ((), ["12/25/2020"] * 7, "in rows 2, 3, 4, 5 and 3 more"),
    ],
)
def test_any_day_in_the_other_order_refuses_the_file(
    desk: Desk, formats: tuple[str, ...], rows: list[str], said: str
) -> None:
    plan = plan_of(applications(received_on={"column": "Received", "formats": formats}))
    text = lines(*(f"A-{number},{day},right to ask,north,," for number, day in enumerate(rows)))
    with pytest.raises(Fault) as refused:
        desk.take(text, plan=plan)
    assert said in str(refused.value)
    assert desk.review.ledger.version() == 0


@pytest.mark.parametrize(
    "text", ["Right to Ask", " RIGHT  TO ASK ", "right\u00a0to\u200b ask", "right\nto ask"]
)
def test_a_code_is_known_in_any_case_and_spacing(text: str) -> None:
    assert Codes(("right to ask", "right to know"), "routes", {})(text) == ("right to ask", "")


def test_an_unknown_code_is_never_guessed_but_the_nearest_is_named() -> None:
    codes = Codes(("north", "south"), "areas", {})
    assert codes("nroth") == (None, "is not one of the areas; the nearest is 'north'")
    assert codes("Atlantis") == (None, "is not one of the areas")
    assert codes(" ") == (None, "")


def test_codes_are_translated_and_so_is_a_blank_where_the_mapping_says_so() -> None:
    codes = Codes(("35", "not known"), "areas", {"3500": "35", "": "Not known"})
    assert [codes(text)[0] for text in ("3500", "35", "", " ")] == ["35", "35", "not known", "not known"]


def test_a_translation_to_a_code_that_is_not_ours_is_refused() -> None:
    with pytest.raises(
        Fault, match="translates 'N' to 'nroth', not one of the areas; the nearest is 'north'"
    ):
        Codes(("north",), "areas", {"N": "nroth"})


def test_a_column_of_unknown_codes_ends_in_good_time() -> None:
    codes = Codes(tuple(f"code {number}" for number in range(50)), "areas", {})
    for each in range(500):
        codes(f"cod {each}x")
    assert codes("cod 1x") == (None, "is not one of the areas")


def test_flags_are_read_and_translated() -> None:
    flags = Flags({"SENT": "yes"})
    assert [flags(text)[0] for text in ("Y", "no", "TRUE", "0", "sent", "")] == [
        True,
        False,
        True,
        False,
        True,
        None,
    ]
    assert flags("maybe") == (None, "is neither yes nor no")
    with pytest.raises(Fault, match="neither 'yes' nor 'no'"):
        Flags({"X": "perhaps"})


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("12.0", 12), ("-3", -3), ("", None)])
def test_whole_numbers_are_read(text: str, value: int | None) -> None:
    assert whole_number(text) == (value, "")


@pytest.mark.parametrize("text", ["12.5", "1e3", "twelve", "99999999999999"])
def test_part_of_a_person_is_no_headcount(text: str) -> None:
    assert whole_number(text) == (None, "is not a whole number")


def test_numbers_are_read_and_words_are_not() -> None:
    assert number("2.5") == (2.5, "")
    assert number("") == (None, "")
    assert number("inf") == (None, "is not a number")


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        (" ab-1 ", "AB-1"),
        ("AB\u200b-1\u00a0", "AB-1"),
        ("\uff21B-1", "AB-1"),
        ("000123", "000123"),
        ("", None),
        ("\u200b ", None),
    ],
)
def test_references_are_made_plain_and_keep_their_zeros(text: str, ref: str | None) -> None:
    assert pl.select(reference(pl.lit(text, pl.String))).item() == ref
