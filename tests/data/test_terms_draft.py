import datetime as dt
from pathlib import Path

import pytest

from data.errors import UserError
from data.review import STARTER
from data.terms import FROM_DATA, read_terms
from data.terms_draft import amended, changes_in, current, drafted, read_as, text_of, title_of, written
from tests.conftest import TERMS

CHANGES = {"lists.areas": ["North", "east"], "lists.findings": ["upheld"], "case.one": "complaint"}


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    path = tmp_path / "terms.toml"
    path.write_text(TERMS)
    return path


def test_a_list_that_the_terms_have_is_extended_and_only_what_they_lack_is_taken_unasked(terms: Path) -> None:
    news, taken = drafted(terms, read_terms(terms), CHANGES)
    assert news["lists.areas"] == ["north", "south", "not known", "east"]
    assert news["lists.findings"] == ["upheld"]
    assert taken == ("lists.findings",)


def test_terms_that_nobody_has_edited_are_replaced(terms: Path) -> None:
    terms.write_bytes(STARTER.read_bytes())
    news, taken = drafted(terms, read_terms(terms), CHANGES)
    assert (news, set(taken)) == (CHANGES, set(CHANGES))


def test_what_the_terms_say_already_is_no_change(terms: Path) -> None:
    assert drafted(terms, read_terms(terms), {"lists.areas": ["NORTH"], "case.one": "application"}) == (
        {},
        (),
    )


def test_the_usual_word_for_a_stage_takes_the_place_of_no_other(terms: Path) -> None:
    terms.write_text(f"{TERMS}\n[stages]\nstaffing = 'the desk'\nstaff = 'people'\n")
    assert drafted(terms, read_terms(terms), {"stages.staffing": "staffing"}) == ({}, ())
    assert title_of("stages.detailed_review") == "Word for detailed review"


def test_changes_are_written_among_what_is_there(terms: Path) -> None:
    text, after = amended(terms, {**CHANGES, "adverse": ["upheld"]}, is_new=True)
    assert (after.adverse, after.case.one, after.lists["findings"]) == (("upheld",), "complaint", ("upheld",))
    assert after.lists["routes"] == read_terms(terms).lists["routes"]
    assert terms.read_text() == TERMS
    terms.write_text(text)
    assert read_terms(terms) == after


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"case.one": "complaint"}, "only before the first load"),
        ({"period.ends": dt.date(2025, 1, 1)}, "only before the first load"),
        ({"lists.areas": ["north"]}, "can only gain codes"),
        ({"lists.areas": FROM_DATA}, "can only gain codes"),
    ],
)
def test_after_the_first_load_a_list_gains_codes_and_nothing_else_changes(
    terms: Path, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(UserError, match=why):
        amended(terms, changes, is_new=False)
    assert amended(terms, changes, is_new=True)
    more = {"lists.areas": ["north", "south", "not known", "east"]}
    assert amended(terms, more, is_new=False)[1].lists["areas"][-1] == "east"


@pytest.mark.parametrize(
    "text",
    ["demonstration = true", "[small_numbers]\nthreshold = 0", "[public]\nemergency = 'x'", "retain_years = 1",
     "case = 1", "name = 'x'", "[[partition]]\nname = 'x'"],
)  # fmt: skip
def test_a_file_changes_nothing_that_is_published_or_hidden(text: str) -> None:
    with pytest.raises(UserError, match="cannot be changed with a file"):
        changes_in(text)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"lists.areas": ["north", "NORTH"]}, "north"),
        ({"lists.colours": ["red"]}, "no list called 'colours'"),
        ({"adverse": ["upheld"]}, "adverse names 'upheld'"),
        ({"period.begins": dt.date(2030, 1, 1)}, "before it begins"),
        ({"lists.areas": 5}, "lists.areas"),
    ],
)
def test_changes_with_which_the_terms_do_not_hold_are_refused(
    terms: Path, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(UserError, match=why):
        amended(terms, changes, is_new=True)


def test_changes_are_the_same_after_they_were_written_and_read() -> None:
    changes = {
        "adverse": ["a"],
        "case.one": "x",
        "period.ends": dt.date(2024, 1, 2),
        "lists.areas": FROM_DATA,
    }
    assert changes_in(text_of(changes)) == changes
    for setting in changes.values():
        assert read_as(setting, written(setting)) == setting
    with pytest.raises(UserError, match="is no day"):
        read_as(dt.date(2024, 1, 2), "soon")
    with pytest.raises(UserError, match="not valid TOML"):
        changes_in("x = ")


def test_a_list_with_usual_codes_is_extended_from_these(terms: Path) -> None:
    assert "pending" in current(read_terms(terms), "lists.decisions")
