import pytest

from metrics.statement.quantities import Quantity, quantities
from metrics.statement.text import sentences


def read(text: str) -> list[tuple[str, str, float, str]]:
    (sentence,) = sentences(text)
    return [
        (" ".join(sentence.words[each.first : each.last + 1]), each.kind, each.value, each.firm)
        for each in quantities(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33 of 3,778", [("33", "count", 33, ""), ("3,778", "count", 3778, "")]),
        ("thirty-three failures", [("thirty - three", "count", 33, "")]),
        ("three thousand, seven hundred and six", [("three thousand , seven hundred and six", "count", 3706, "")]),
        ("two hundred, three", [("two hundred", "count", 200, ""), ("three", "count", 3, "")]),
        ("in excess of 3,500", [("3,500", "count", 3500, "more than")]),
        ("no more than 40", [("40", "count", 40, "at most")]),
        ("no fewer than 40", [("40", "count", 40, "at least")]),
        ("30 or more", [("30 or more", "count", 30, "at least")]),
        ("between 30 and 40", [("30 and 40", "count", 30, "between")]),
        ("30-40 failures", [("30 - 40", "count", 30, "between")]),
        ("just under 1%", [("1 %", "share", 0.01, "nearly")]),
        ("less than one per cent", [("one per cent", "share", 0.01, "less than")]),
        ("one in every ten", [("one in every ten", "share", 0.1, "")]),
        ("a third of them", [("a third", "share", 1 / 3, "")]),
        ("£2 million", [("2 million", "count", 2_000_000, "")]),
        ("half a dozen, a dozen, a couple of",
         [("dozen", "count", 6, ""), ("dozen", "count", 12, ""), ("couple", "count", 2, "")]),
        ("the 26th and the twenty-sixth", [("26th", "ordinal", 26, ""), ("twenty - sixth", "ordinal", 26, "")]),
        ("it doubled", [("doubled", "times", 2, "")]),
        ("hundreds of letters, the number of letters", [("hundreds of", "vague", 0, "")]),
        ("no failures", [("no", "count", 0, "")]),
    ],
)  # fmt: skip
def test_a_number_is_read_with_what_says_how_firm_it_is(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("kind", "value", "firm", "right", "wrong"),
    [
        ("count", 33, "", (33,), (32, 34)),
        ("count", 3500, "more than", (3501, 3778, 4000), (3500, 3499, 9000)),
        ("count", 2, "at least", (2, 3), (1, 9)),
        ("count", 40, "less than", (39, 33), (40, 41, 3)),
        ("count", 3800, "about", (3778, 3750, 3900), (3500, 4100)),
        ("count", 45, "about", (45, 44), (36, 60)),
        ("count", 3800, "nearly", (3778,), (3800, 3300)),
        ("count", 3700, "just over", (3778,), (3700, 4100)),
        ("share", 0.01, "less than", (0.0087,), (0.01, 0.02, 0.001)),
    ],
)
def test_a_firm_number_is_right_of_what_it_says_and_says_enough(kind, value, firm, right, wrong):
    quantity = Quantity(0, 0, kind, value, firm)
    assert all(quantity.agrees(number) for number in right)
    assert not any(quantity.agrees(number) for number in wrong)


def test_a_percentage_is_right_to_the_places_it_is_written_with():
    assert Quantity(0, 0, "share", 0.0087, places=2).agrees(33 / 3778)
    assert Quantity(0, 0, "share", 0.009, places=1).agrees(33 / 3778)
    assert Quantity(0, 0, "share", 0.01).agrees(33 / 3778)
    assert not Quantity(0, 0, "share", 0.0088, places=2).agrees(33 / 3778)
    assert not Quantity(0, 0, "share", 0.02).agrees(33 / 3778)
