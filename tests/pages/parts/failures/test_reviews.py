import pytest

from pages.parts.failures.reviews import _one_by_one


@pytest.mark.parametrize(
    ("stretches", "said"),
    [
        ([21], "1 failure with harm, after 21 detailed reviews"),
        ([21, 9], "2 failures with harm, after 21 detailed reviews, then after 9 more"),
        ([21, 9, 40], "3 failures with harm, after 21 detailed reviews, then after 9 and 40 more"),
        ([1] * 7, "7 failures with harm"),
    ],
)
def test_stretches_are_told_one_by_one_while_they_are_few(stretches, said):
    assert _one_by_one(stretches) == said
