import datetime as dt
import random
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from data.errors import UserError
from data.intake.values import Codes, Days, Flags, number, parsed, reference, whole_number
from tests.data.conftest import Loader, applications, lines, plan_of

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
        ("2023/01/05", ()),
        ("2023.1.5", ()),
        ("2023-1-5", ()),
        ("2023/01/05 00:00:00+00", ()),
        ("Thursday, 5 January, 2023", ()),
        ("Thu 5 Jan 2023", ()),
        ("05/01/2023 13:45", ("%d/%m/%Y %H:%M",)),
        ("05/01/2023 1345", ("%d/%m/%Y %H%M",)),
        ("1/5/2023 11:30:00 PM", ("%m/%d/%Y %I:%M:%S %p",)),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str, formats: tuple[str, ...]) -> None:
    assert Days(formats)(text) == (FIFTH, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31/02/2023", "is not a day that exists"),
        ("2023-02-31", "is not a day that exists"),
        ("05/01/23", 'has a year of two digits: name its format in the mapping, "%d/%m/%y" or "%m/%d/%y"'),
        ("25/01/23", 'has a year of two digits: name its format in the mapping, "%d/%m/%y"'),
        ("January 5, 2023", 'is not a date that is read without a format; "%B %d, %Y" would read it'),
        (
            "1/25/2023 11:30:00 PM",
            'is not a date that is read without a format; "%m/%d/%Y %I:%M:%S %p" would read it',
        ),
        ("TBC", "is not a date"),
        ("N/A", "is not a date"),
        ("-", "is not a date"),
        ("0", "is not a date"),
        ("60", "is not a date"),
        ("#ERROR!", "is not a date"),
        ("01/01/0203", "is before the year 1901"),
        ("20230105", 'is not a date that is read without a format; "%Y%m%d" would read it'),
        ("202315", "is not a date"),
        ("2023-13-05", "is not a day that exists"),
        ("2023-01-05 25:00", "has a time of day or an offset that does not exist"),
        ("2023-01-05T24:00:00Z", "has a time of day or an offset that does not exist"),
        ("2023-01-05T10:60Z", "has a time of day or an offset that does not exist"),
        ("2023-01-05T10:00+25:00", "has a time of day or an offset that does not exist"),
        ("2023-01-05T10:00+0199", "has a time of day or an offset that does not exist"),
        ("2023-01-05 10:00 BST", "has a time zone in letters: write its offset, like +01:00"),
        (
            "2023-01-05T10:00+00:00[Europe/London]",
            "has a time zone in letters: write its offset, like +01:00",
        ),
        ("0001-01-01T00:00+14:00", "is not a day that exists"),
        ("9999-12-31T23:00-14:00", "is not a day that exists"),
        ("Monday, 5 January, 2023", "names another day of the week than the one on which it fell"),
    ],
)
def test_what_is_no_day_says_why(text: str, reason: str) -> None:
    assert Days()(text) == (None, reason)


def test_a_day_in_another_format_than_the_mappings_is_told_its_own() -> None:
    reason = 'is not in the mapping\'s format %d/%m/%Y; "%B %d, %Y" would read it'
    assert Days(("%d/%m/%Y",))("January 5, 2023") == (None, reason)


def test_no_format_is_looked_for_once_many_texts_were_not_read() -> None:
    days = Days()
    for n in range(1, 502):
        assert days(f"January {n % 28 + 1}, {1950 + n % 60}")[0] is None
    assert days("January 5, 2023") == (None, "is not a date")


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
    ("text", "formats", "reason"),
    [
        ("05-01-2023", ("%d/%m/%Y",), "is not in the mapping's format %d/%m/%Y"),
        ("5 January 2023", ("%d/%m/%Y", "%Y%m%d"), "is not in the mapping's formats %d/%m/%Y, %Y%m%d"),
        ("31/02/2023", ("%d/%m/%Y",), "is not a day that exists"),
    ],
)
def test_a_day_that_the_mapping_has_no_format_for_is_not_said_to_be_none(
    text: str, formats: tuple[str, ...], reason: str
) -> None:
    assert Days(formats)(text) == (None, reason)


LONDON = ZoneInfo("Europe/London")
ONE_DAY = dt.timedelta(days=1)


def days_of(first: dt.date, count: int) -> list[dt.date]:
    return [first + dt.timedelta(days=number) for number in range(count)]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
def test_every_midnight_of_three_years_that_was_written_in_utc_is_the_day_that_it_began(zone: str) -> None:
    read = Days(zone=ZoneInfo(zone))
    for day in days_of(dt.date(2022, 1, 1), 3 * 365):
        midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
        utc = midnight.astimezone(dt.UTC)
        before = utc - dt.timedelta(seconds=1)
        assert read(f"{utc:%Y-%m-%dT%H:%M:%SZ}") == (day, "")
        assert read(f"{before:%Y-%m-%d %H:%M:%S}+00") == (day - ONE_DAY, "")


def test_eleven_at_night_in_utc_is_the_next_day_in_every_british_summer_and_in_no_winter() -> None:
    read = Days(zone=LONDON)
    clocks = {
        2019: ((3, 31), (10, 27)), 2020: ((3, 29), (10, 25)), 2021: ((3, 28), (10, 31)),
        2022: ((3, 27), (10, 30)), 2023: ((3, 26), (10, 29)), 2024: ((3, 31), (10, 27)),
    }  # fmt: skip
    for year, (forward, back) in clocks.items():
        for day in days_of(dt.date(year, 1, 1), 365):
            summer = dt.date(year, *forward) <= day < dt.date(year, *back)
            assert read(f"{day}T23:00:00Z") == (day + ONE_DAY if summer else day, "")
            assert read(f"{day}T23:00:00") == (day, "")


@pytest.mark.parametrize("mark", ["T", " ", "t", "T ", "  "])
@pytest.mark.parametrize("part", ["", ":00", ":00.0", ":00,000", ":00.123456789"])
@pytest.mark.parametrize(
    ("hour", "offset"),
    [
        ("23:00", "Z"), ("23:00", "z"), ("23:00", " UTC"), ("23:00", "+00"), ("23:00", "-00:00"),
        ("23:00", " +0000"), ("23:00", "\u221200:00"), ("23:00", "+00:00:00"), ("22:00", "-01"),
        ("23:59", "+0059"), ("00:00", "+01"), ("00:00", "+0100"), ("00:00", " +01:00"), ("0:30", "GMT+0130"),
    ],
)  # fmt: skip
def test_an_offset_is_read_however_it_is_written(mark: str, part: str, hour: str, offset: str) -> None:
    day = "2023-07-01" if hour.startswith("0") else "2023-06-30"
    assert Days(zone=LONDON)(f"{day}{mark}{hour}{part}{offset}") == (dt.date(2023, 7, 1), "")


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe"])
def test_a_column_of_moments_is_read_as_each_of_them_is(zone: str) -> None:
    chance = random.Random(3)
    times = ["00:00", "23:00:00", "23:59:59.5", "00:00:00.000", "24:00", "12:60", "12:00:60", "01:30"]
    offsets = ["", "Z", "+00", "+0100", "-05:00", "+14:00", "+05:45", "+0199", "+24:00"]
    days = ["2023-02-29", "1899-12-31", "2050-07-01", "2036-12-31", "1970-01-01", "0000-01-01", "9999-12-31"]
    days += [str(dt.date(2015, 1, 1) + dt.timedelta(days=chance.randrange(4_000))) for _ in range(300)]
    texts = [
        f"{day}{chance.choice('T ')}{chance.choice(times)}{chance.choice(offsets)}"
        for day in days
        for _ in "xyz"
    ]
    texts += ["2023-01-05", "5/1/2023", "", "TBC", "2023-01-05T10:00 +01", "44931"]
    alone, together = Days(zone=ZoneInfo(zone)), Days(zone=ZoneInfo(zone))
    expected = [alone(text) for text in texts]
    values, reasons = parsed(pl.Series(texts), together, pl.Date())
    assert reasons is not None
    assert list(zip(values, reasons.fill_null(""), strict=True)) == expected
    assert list(together.remarks("x")) == list(alone.remarks("x"))


@pytest.mark.parametrize(
    "text", ["2023-06-30T22:30:00Z", "2023-06-30T23:00:00Z", "2023-06-30 00:00", "2023-06-30 00:00:00.5"]
)
def test_a_column_of_moments_has_the_remarks_of_each(text: str) -> None:
    alone, together = Days(zone=LONDON), Days(zone=LONDON)
    alone(text)
    parsed(pl.Series([text]), together, pl.Date())
    assert (together.timed, together.moved) == (alone.timed, alone.moved)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("30/06/2023 23:00 +0000", "%d/%m/%Y %H:%M %z"),
        ("30/06/2023 23:00+00", "%d/%m/%Y %H:%M%z"),
        ("20230630T230000Z", "%Y%m%dT%H%M%S%z"),
        ("06/30/2023 23:00Z", "%m/%d/%Y"),
    ],
)
def test_an_offset_beside_a_format_of_the_mapping_is_heeded(text: str, form: str) -> None:
    assert Days((form,), zone=LONDON)(text) == (dt.date(2023, 7, 1), "")


def test_midnights_in_utc_leave_no_time_out_and_say_that_they_moved() -> None:
    days = Days(zone=LONDON)
    days("2023-06-30T23:00:00Z")
    (remark,) = days.remarks("Received")
    assert remark.startswith(
        "Times in UTC or with an offset in 'Received' were read as days in Europe/London"
    )
    days("2023-06-30T12:00:00Z")
    assert next(iter(days.remarks("Received"))) == "Times of day in 'Received' were left out."


@pytest.mark.parametrize(
    ("formats", "rows", "said"),
    [
        ((), ["01/02/2020", "12/25/2020"], "other way round than day/month/year, in row 3"),
        (("%m/%d/%Y",), ["01/02/2020", "25/12/2020"], "other way round than %m/%d/%Y, in row 3"),
        ((), ["12/25/2020"] * 7, "in rows 2, 3, 4, 5 and 3 more"),
    ],
)
def test_any_day_in_the_other_order_refuses_the_file(
    desk: Loader, formats: tuple[str, ...], rows: list[str], said: str
) -> None:
    plan = plan_of(applications(received_on={"column": "Received", "formats": formats}))
    text = lines(*(f"A-{number},{day},right to ask,north,," for number, day in enumerate(rows)))
    with pytest.raises(UserError) as refused:
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
        UserError, match="translates 'N' to 'nroth', not one of the areas; the nearest is 'north'"
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
    with pytest.raises(UserError, match="neither 'yes' nor 'no'"):
        Flags({"X": "perhaps"})


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("12.0", 12), ("-3", -3), ("", None)])
def test_whole_numbers_are_read(text: str, value: int | None) -> None:
    assert whole_number(text) == (value, "")


@pytest.mark.parametrize("text", ["12.5", "1e3", "twelve"])
def test_part_of_a_person_is_no_headcount(text: str) -> None:
    assert whole_number(text) == (None, "is not a whole number")


def test_a_whole_number_that_is_too_large_is_not_called_part_of_one() -> None:
    assert whole_number("99999999999999") == (None, "is a number of more than 9 digits")
    assert whole_number("0000000000012.0") == (12, "")


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
