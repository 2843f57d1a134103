"""The two real statements, which are not in the project: only what must be found in them."""

import datetime as dt
import os
from pathlib import Path

import pytest

import metrics
from metrics.statement.checker import check
from metrics.statement.published import Checked, Mark
from tests.conftest import required
from tests.metrics.statement.published import FOUNDING, VOCABULARY

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def statements() -> dict[str, Checked]:
    beside = Path(metrics.__file__).parents[2] / "shared" / "seeds"
    folder = (
        Path(os.environ["CANDOUR_REAL_STATEMENTS"]) if "CANDOUR_REAL_STATEMENTS" in os.environ else beside
    )
    files = sorted(folder.glob("*.txt"))
    if not files and not required("real"):
        pytest.skip(
            "the real statements are not on this machine: name their folder in CANDOUR_REAL_STATEMENTS"
        )
    texts = [file.read_text(encoding="utf-8") for file in files]
    own = next(text for text in texts if "cookies" in text)
    (press,) = (text for text in texts if text is not own)
    return {
        "own": check(own, dt.date(2024, 5, 22), FOUNDING, VOCABULARY),
        "press": check(press, dt.date(2024, 5, 23), FOUNDING, VOCABULARY),
    }


def numbers(found: Checked, *marks: Mark) -> list[str]:
    return [each.text for each in found.claims if each.mark in marks]


def test_the_restated_january_is_caught_and_nothing_else_is_cried_at(statements):
    found = statements["own"]
    (wrong,) = [each for each in (*found.claims, *found.cross_checks) if each.wrong]
    assert (wrong.text, wrong.mark, wrong.releases) == ("3,778", Mark.DIFFERS, ("Release 3", "Release 4"))
    assert "said that 3,582 applications had been risk assessed" in wrong.sentence
    before = found.draft[max(0, wrong.start - 80) : wrong.start]
    assert "In January" in before
    assert numbers(found, Mark.MATCHES) == ["3,500", "3,778", "3,582", "3,778"]


def test_the_press_report_has_nothing_wrong(statements):
    found = statements["press"]
    assert [each for each in (*found.claims, *found.cross_checks) if each.wrong] == []
    right = ["eight", "3,500", "25", "two", "four", "3,778", "eight", "one", "33", "one per cent"]
    assert numbers(found, Mark.MATCHES) == [*right, "Two", "14", "17", "five", "45", "3,778"]


def test_what_no_release_says_is_told_so_and_not_passed(statements):
    assert numbers(statements["own"], Mark.UNCLEAR) == ["two", "small number of"]
    assert numbers(statements["press"], Mark.UNCLEAR) == ["Two", "one", "two", "two", "small number of"]
