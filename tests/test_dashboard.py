"""The front door refuses to open on what it may not show, in one sentence, however it is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.review import new_review
from tests.conftest import TERMS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def real_review(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    terms = folder / "terms-to-be.toml"
    terms.write_text(TERMS)
    review = new_review(folder / "review", terms)
    review.ledger.engine.dispose()
    return review.folder


@pytest.mark.parametrize("how", [["dashboard.py"], ["-m", "uvicorn", "dashboard:app", "--port", "1"]])
def test_real_data_without_a_sign_in_does_not_start_and_says_why(real_review, how):
    ended = subprocess.run(
        [sys.executable, *how],
        check=False,
        cwd=ROOT,
        env=os.environ | {"CANDOUR_REVIEW": str(real_review)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (said,) = ended.stderr.splitlines()
    assert said.startswith("This review holds real data and no sign-in is set up: set mode to 'sign-in'")
