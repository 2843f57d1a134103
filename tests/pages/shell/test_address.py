"""What an address holds: every choice that can be made is read again as it was written."""

import datetime as dt
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shell.address import (
    LONGEST_ASKED,
    OF_PAGES,
    SHARED,
    Day,
    NotThereError,
    Number,
    Option,
    Search,
    Several,
    unlike,
)

# What an address must write in another way, and what may be taken for something else.
LETTERS = st.sampled_from("aAé0٦ &=+%#?;/\\\"'<>*\n\N{ZERO WIDTH SPACE}\N{POLICE CAR}")
WORDS = st.text(LETTERS, min_size=1, max_size=12)
FIRST, LAST = dt.date(2015, 4, 1), dt.date(2024, 5, 30)


@st.composite
def chosen(draw: st.DrawFn):
    """Return a choice of any kind and a value of it."""
    kind = draw(st.sampled_from((Option, Several, Day, Number, Search)))
    options = draw(st.lists(WORDS, min_size=1, max_size=5, unique=True))
    if kind is Option:
        return Option("x", "X", {each: each for each in options}), draw(st.sampled_from(options))
    if kind is Several:
        wanted = draw(st.sets(st.sampled_from(options)))
        return Several("x", "X", options), [each for each in options if each in wanted]
    if kind is Day:
        return Day("x", "X", FIRST, LAST), draw(st.dates(FIRST, LAST))
    if kind is Number:
        least, step = draw(st.integers(0, 100)), draw(st.integers(1, 10))
        most = least + step * draw(st.integers(0, 50))
        return Number("x", "X", least, most, step), draw(st.sampled_from(range(least, most + 1, step)))
    return Search("x", "X"), draw(WORDS)


@given(st.lists(chosen(), min_size=1, max_size=4))
def test_what_is_written_into_an_address_is_what_is_read_from_it(choices):
    address = urlencode(
        {f"x{number}": choice.write(value) for number, (choice, value) in enumerate(choices)}, doseq=True
    )
    asked = parse_qs(address, keep_blank_values=True)
    for number, (choice, value) in enumerate(choices):
        assert choice.has(value)
        assert choice.read(asked[f"x{number}"]) == value


@given(chosen(), st.lists(st.text(LETTERS), max_size=3))
def test_any_text_is_a_value_that_can_be_chosen_or_is_said_not_to_be_there(made, texts):
    choice, _ = made
    try:
        value = choice.read(texts)
    except NotThereError as problem:
        value, said = None, problem
    else:
        said = None
    if said is None:
        assert choice.has(value)
        assert sorted(choice.write(value)) == sorted(texts)
    else:
        assert said.name == "x"
        assert len(said.asked) <= LONGEST_ASKED + 1


AREA = Several("area", "Area", ["north", "south"])


@pytest.mark.parametrize(
    ("choice", "texts"),
    [
        (AREA, ["nowhere"]),
        (AREA, ["North"]),
        (AREA, ["north", "nowhere"]),
        (AREA, ["north", "all"]),
        (AREA, ["north", "north"]),
        (AREA, [""]),
        (AREA, []),
        (Day("as_at", "As at", FIRST, LAST), ["1999-01-01"]),
        (Day("as_at", "As at", FIRST, LAST), ["2030-01-01"]),
        (Day("as_at", "As at", FIRST, LAST), ["garbage"]),
        (Day("as_at", "As at", FIRST, LAST), ["20240111"]),
        (Day("as_at", "As at", FIRST, LAST), ["2024-W02-4"]),
        (Day("as_at", "As at", FIRST, LAST), ["2024-01-11", "2024-01-12"]),
        (Number("staff", "Staff", 50, 200, 10), ["55"]),
        (Number("staff", "Staff", 50, 200, 10), ["0100"]),
        (Number("staff", "Staff", 50, 200, 10), ["٦٠"]),
        (Number("staff", "Staff", 50, 200, 10), ["9" * 5_000]),
        (Search("search", "Search"), ["a" * (LONGEST_ASKED + 1)]),
        (Option("known", "As known", {"now": "now"}), ["now", "now"]),
    ],
)
def test_nothing_is_taken_for_what_it_resembles(choice, texts):
    with pytest.raises(NotThereError):
        choice.read(texts)


def test_what_else_was_asked_for_and_is_there_can_be_shown_without_the_rest():
    with pytest.raises(NotThereError) as found:
        AREA.read(["south", "nowhere"])
    assert (found.value.asked, found.value.rest) == ("nowhere", ("south",))


def test_a_code_that_is_called_all_is_itself_and_not_every_area():
    odd = Several("area", "Area", ["all", "north"])
    assert odd.read(["all"]) == ["all"]
    assert odd.read(odd.write([])) == []
    assert unlike("not recorded", ["not recorded", "(not recorded)"]) == "((not recorded))"


def test_no_address_holds_the_reference_of_a_case():
    held = {*SHARED, *(name for names in OF_PAGES.values() for name in names)}
    assert not [name for name in held if "ref" in name or "case" in name]
