import pytest

from metrics.histories.people import enquiries
from tests.metrics.world import D, enquiry, frames


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (D(2023, 11, 20), D(2023, 12, 4)),  # a Monday: two weeks on
        (D(2023, 11, 25), D(2023, 12, 8)),  # a Saturday: Monday is the first day
        (D(2023, 12, 20), D(2024, 1, 8)),  # Christmas Day, Boxing Day and New Year's Day are left out
        (D(2024, 3, 22), D(2024, 4, 9)),  # Good Friday and Easter Monday are left out
        (D(2023, 5, 1), D(2023, 5, 16)),  # begins on a bank holiday, and the coronation's is left out
    ],
)
def test_the_tenth_working_day_leaves_out_weekends_and_bank_holidays(received_on, due_on):
    row = enquiries(frames({"enquiries": [enquiry("N1", received_on, "other")]})).collect().row(0, named=True)
    assert row["due_on"] == due_on
    assert (row["overdue_from"] - due_on).days == 1
