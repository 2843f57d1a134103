"""A figure is added here by two edits, in a copy: its definition in one module, and its oracle."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEFINITION = """
HIGH_AND_WAITING = Metric(
    name="high_and_waiting",
    title="{Cases} first graded and not sent for detailed review",
    definition="{Cases} in scope that had been graded by the day and not sent for detailed review by it.",
    why_it_matters="A figure that a test adds.",
    counts="{cases} graded and not sent for detailed review",
    numerator=in_scope("received_on", "assessed_on", until="sent_on"),
    dated_by="assessed_on",
)
"""
ORACLE = """
CASE_COUNTS["high_and_waiting"] = lambda case, day: (
    case.in_scope and case.assessed(day) and not case.sent_on(day)
)
"""
EVERYWHERE = """
from data.terms import USUAL_WORDS
from metrics.catalogue import metric, metrics_of
from metrics.histories.subjects import tables_of
from metrics.metric import spoken
from metrics.statement.text import vocabulary_of
from tests.metrics.world import TERMS

figure = metric("high_and_waiting")
assert figure in metrics_of("cases")
assert tables_of(figure) == {"applications", "risk_assessments"}
assert spoken(figure, USUAL_WORDS).title == "Applications first graded and not sent for detailed review"
assert "high_and_waiting" in vocabulary_of(TERMS).figures
"""


@pytest.mark.long
def test_adding_a_figure_touches_its_module_and_its_oracle_and_make_docs_does_the_rest(tmp_path):
    # What Python has compiled goes along: it is as old as its source, which the copy is too.
    left_out = shutil.ignore_patterns(".git", ".venv", "reviews", "written", "*.png", ".*_cache")
    copy = Path(shutil.copytree(ROOT, tmp_path / "copy", ignore=left_out))
    module, oracle = copy / "metrics/catalogue/review.py", copy / "tests/metrics/oracle.py"
    module.write_text(module.read_text() + DEFINITION)
    oracle.write_text(oracle.read_text() + ORACLE)

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=copy, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
        return done.stdout

    run("-m", "tests.docs")
    run("-c", EVERYWHERE)
    assert (
        "- **Applications first graded and not sent for detailed review**: "
        in (copy / "GLOSSARY.md").read_text()
    )
    tests = ("tests/metrics/test_catalogue.py", "tests/metrics/test_evaluate.py", "tests/test_docs.py")
    wanted = "high_and_waiting or given_twice or docs"
    passed = run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", wanted)
    # In four worlds, and by every dimension in two; its course; its rows; its words, columns and names; the
    # documents.
    assert "18 passed" in passed
