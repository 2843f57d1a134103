import pytest

from data.intake.extract import rows_listed, safe_name, shape


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
