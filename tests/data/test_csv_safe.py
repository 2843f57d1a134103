import csv
import io

import polars as pl
import pytest

from data.csv_safe import escaped, safe, separated

RUNS = ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\x00x", " =1", "\u00a0=1", "\u200b=1", "\ufeff@x", "＝1", "＋1", "－1", "＠x", "﹦1", "\x00=1"]  # fmt: skip  # noqa: RUF001


@pytest.mark.parametrize("text", RUNS, ids=ascii)
def test_a_text_that_could_run_begins_with_an_apostrophe(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["x=1", "", "'=1", "a-b", "1-2", "me@there", "a;b", "a\nb", "two words"])
def test_a_text_that_cannot_run_is_left_alone(text):
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n=1", "a\n'=1"),
        ("a\r\n @", "a\r\n' @"),
        ("a;=1", "a;'=1"),
        ("a\t-1", "a\t'-1"),
        ("a|+1", "a|'+1"),
        ("a\n=1;=2", "a\n'=1;'=2"),
    ],
    ids=ascii,
)
def test_a_text_cannot_run_where_another_program_begins_a_cell(text, said):
    assert safe(text) == said


def test_codes_are_escaped_as_texts_are_and_numbers_stay_numbers():
    codes = pl.Series(["-a", "b", None], dtype=pl.Enum(["-a", "b"]))
    frame = escaped(pl.DataFrame({"code": codes, "number": [-5, 0, 5]}))
    assert frame.rows() == [("'-a", -5), ("b", 0), (None, 5)]


def test_the_marking_stands_above_and_below_and_the_header_cannot_run():
    rows = pl.DataFrame({"=ref": ["A-1", 'say "a,\r\nb"'], "n": [-1, None]})
    written = separated(rows, "SECRET", ["=a line", "two, words"])
    assert written.startswith(b"\xef\xbb\xbfSECRET\n'=a line\n")
    assert written.endswith(b"\nSECRET\n")
    assert list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))) == [
        ["SECRET"],
        ["'=a line"],
        ["two, words"],
        ["'=ref", "n"],
        ["A-1", "-1"],
        ['say "a,\r\nb"', ""],
        ["SECRET"],
    ]
