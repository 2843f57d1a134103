"""The accessibility statement says what the tests do: each number in it is held against them."""

import ast
import datetime as dt
import re
from pathlib import Path

import pytest

from access.roles import Role
from pages.accessibility import PROBLEMS, STATEMENT
from pages.registry import REGISTRY
from tests.browser import test_accessibility
from tests.pages.reading import answer

BROWSER = Path(test_accessibility.__file__).parent
TEXT = STATEMENT.read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def problems():
    """What, criterion and what to do instead, of each row of the table."""
    _, _, *rows = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("|")]
    return rows


def sentences(name):
    tree = ast.parse((BROWSER / name).read_text())
    return [
        each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    ]


def test_axe_looks_by_the_rules_and_at_the_widths_that_are_stated():
    assert tuple(test_accessibility.STANDARDS["runOnly"]["values"]) == TAGS
    assert "version 2.2, levels A and AA" in TEXT
    screens = (("light", 1_440), ("dark", 1_440), ("light", 390), ("dark", 390))
    assert tuple(test_accessibility.SCREENS) == screens
    assert "in light and dark colours, 1440 and 390 pixels wide" in TEXT
    zoomed = f"t {test_accessibility.ZOOMED[1]} pixels"
    assert TEXT.count(zoomed) == TEXT.count(" 320 pixels") == 2


def test_there_are_as_many_journeys_by_keyboard_as_are_stated():
    assert f"- {len(sentences('test_keyboard.py'))} journeys by keyboard alone" in TEXT


def test_axe_looks_at_every_page():
    """The walk takes a chief officer's pages; those of others are looked at one by one."""
    text = (BROWSER / "test_accessibility.py").read_text()
    assert "for entry in open_to(Role.CHIEF_OFFICER)" in text
    assert "[each for each in REGISTRY if each not in open_to(Role.CHIEF_OFFICER)]" in text
    assert len(REGISTRY) > 10


def test_printed_pages_are_tested():
    assert "test_a_printed_page_is_black_on_white_with_its_marking_and_its_days_and_no_controls" in sentences(
        "test_printing.py"
    )


def test_each_limit_says_what_to_do_and_names_its_criterion():
    assert len(problems()) == PROBLEMS
    for what, criterion, instead in problems():
        assert what.endswith(".")
        assert instead.endswith(".")
        assert criterion == "not tested" or re.match(r"\d\.\d\.\d+ [A-Z]", criterion)
    written = re.search(r"Last reviewed on (.*)\.", TEXT)[1]
    reviewed_on = dt.datetime.strptime(written, "%d %B %Y").replace(tzinfo=dt.UTC)
    assert dt.datetime.now(dt.UTC) + dt.timedelta(days=1) >= reviewed_on


@pytest.mark.parametrize("role", [Role.PRESS_OFFICER, Role.AUDITOR])
def test_the_statement_is_open_to_every_reader_and_says_what_is_not_right(app, role):
    page = app("accessibility", role=role)
    assert answer(page) == (
        f"Candour is partly accessible: {len(REGISTRY)} pages tested, {PROBLEMS} known problems."
    )
    said = "\n".join(each.value for each in page.markdown)
    assert all(what in said for what, *_ in problems())
    assert f"All {len(REGISTRY)} pages with axe" in said
    assert "in light and dark colours, 1440 and 390 pixels wide" in said
    assert "Tell whoever runs Candour for Demonstration Police" in said


def test_every_sentence_has_at_most_twenty_words():
    for sentence in re.split(r"(?<=[.:?]) |\n|\|", TEXT):
        assert len(sentence.removeprefix("- ").split()) <= 20, sentence
