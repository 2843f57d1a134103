import pytest

from data.errors import UserError
from tests.data.conftest import Loader, lines

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
