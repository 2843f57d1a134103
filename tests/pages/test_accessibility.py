"""The accessibility statement says what the tests do: each number in it is held against them."""

import ast
import datetime as dt
import re
from pathlib import Path

import pytest

from access.roles import Role
from pages import accessibility as tested
from pages.accessibility import LIMITS
from pages.registry import REGISTRY
from tests.browser import test_accessibility
from tests.pages.reading import answer

BROWSER = Path(test_accessibility.__file__).parent


def sentences(name):
    tree = ast.parse((BROWSER / name).read_text())
    return [
        each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    ]


def test_axe_looks_by_the_rules_and_at_the_widths_that_are_stated():
    assert tuple(test_accessibility.STANDARDS["runOnly"]["values"]) == tested.TAGS
    assert tuple(test_accessibility.SCREENS) == tested.SCREENS
    assert test_accessibility.ZOOMED[1] == tested.ZOOMED


def test_there_are_as_many_journeys_by_keyboard_as_are_stated():
    assert len(sentences("test_keyboard.py")) == tested.JOURNEYS


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
    for what, criterion, instead in tested.LIMITS:
        assert what.endswith(".")
        assert instead.endswith(".")
        assert not criterion or re.match(r"\d\.\d\.\d+ [A-Z]", criterion)
    assert dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1) >= tested.REVIEWED_ON


@pytest.mark.parametrize("role", [Role.PRESS_OFFICER, Role.AUDITOR])
def test_the_statement_is_open_to_every_reader_and_says_what_is_not_right(app, role):
    page = app("accessibility", role=role)
    assert answer(page) == (
        f"Candour is partly accessible: {len(REGISTRY)} pages tested, {len(LIMITS)} known problems."
    )
    assert page.table[0].value["What"].tolist() == [what for what, *_ in LIMITS]
    said = "\n".join(each.value for each in page.markdown)
    assert f"All {len(REGISTRY)} pages with axe" in said
    assert "in light and dark colours, 1440 and 390 pixels wide" in said
    assert "Tell whoever runs Candour for Demonstration Police" in said


def test_every_sentence_has_at_most_twenty_words(app):
    page = app("accessibility")
    lines = [each.value.removeprefix("- ") for each in page.markdown if not each.value.startswith("<")]
    lines += [cell for column in ("What", "Instead") for cell in page.table[0].value[column]]
    for sentence in re.split(r"(?<=[.:?]) ", " ".join(lines)):
        assert len(sentence.split()) <= 20, sentence
