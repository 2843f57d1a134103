import pytest

from tests.grammar import disagreements


@pytest.mark.parametrize(
    "said",
    ["1 applications", "In all 1 rows were read.", "1 working days", "row(s)", "1 (failures)", "0 case", "2 team",
     "2 failure have", "1 others are within", "Of these, 1 are open.", "12 days is", "1 of 1 applications", "3,778 row"],
)  # fmt: skip
def test_a_disagreement_is_found(said):
    assert disagreements([said])


@pytest.mark.parametrize(
    "said",
    ["1 application", "1 of 5 applications", "11 rows", "1,000 rows", "0.1 days", "no applications", "Release 5 is public.",
     "team 1 is", "2 applications", "at 10:01 days", "1 May 2024", "1 in 20 series", "the other 1 is", "24-hour limit",
     "a 28-day limit", "5% of cases", "2023-10-01 rows", "1 or more applications"],
)  # fmt: skip
def test_what_agrees_is_left(said):
    assert not disagreements([said])
