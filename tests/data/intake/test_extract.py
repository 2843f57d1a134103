import pytest

from data.errors import UserError
from data.intake.extract import rows_listed, safe_name, shape
from tests.data.conftest import Loader, lines


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        ("Smith", "Aa"),
        ("John SMITH 1975-03-02", "Aa A 9999-99-99"),
        ("CL-0001/b", "A-9999/a"),
        ("", "(empty)"),
        (None, "(empty)"),
        ("  ", "(empty)"),
        ("Zo\u00eb \u200b", "Aa ?"),
        ("1234567890" * 9, "9" * 40),
    ],
)
def test_a_shape_shows_how_a_value_looks_and_not_what_it_says(value: str | None, drawn: str) -> None:
    assert shape(value) == drawn


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("\n", "unnamed"),
        ("n" * 300 + ".csv", "n" * 116 + ".csv"),
    ],
)
def test_a_file_name_is_stored_without_what_could_mislead(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([4], "row 4"), ([4, 7], "rows 4 and 7"), (range(2, 12), "rows 2, 3, 4, 5 and 6 more")],
)
def test_rows_are_listed_for_a_sentence(numbers: list[int], said: str) -> None:
    assert rows_listed(numbers) == said


ROWS = [f"A-{n},01/02/2020,right to ask,north,," for n in range(3)]


@pytest.mark.parametrize(
    "total", ["Total,3,,,,", "TOTAL: 3,,,,,", "Grand total,,,3,,", ",,Totals,3,,", "Total,3.0,,,,"]
)
def test_totals_that_agree_are_left_out_with_a_warning(desk: Loader, total: str) -> None:
    (receipt,) = desk.take(lines(*ROWS, total)).receipts
    assert (receipt.read, receipt.accepted, receipt.ignored, receipt.quarantined) == (4, 3, 1, 0)
    assert receipt.warnings == "Row 5 is a row of totals, agrees with the rows above it, and was left out."


@pytest.mark.parametrize("total", ["Total,4,,,,", "Total,,,,,"])
def test_totals_that_do_not_agree_refuse_the_file(desk: Loader, total: str) -> None:
    with pytest.raises(UserError, match="row 5 is a row of totals that does not say 3"):
        desk.take(lines(*ROWS, total))


def test_a_row_that_only_begins_like_totals_is_a_row(desk: Loader) -> None:
    (receipt,) = desk.take(lines(*ROWS, "TOTAL-1,01/02/2020,right to ask,north,,")).receipts
    assert receipt.accepted == 4
