"""A file of a release is the same byte for byte whenever, wherever and however often it is made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reports.press.digests import WRITERS, digests
from tests.reports.press.releases import PICTURE

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("times", [2, pytest.param(1_000, marks=pytest.mark.soak)])
def test_a_file_made_again_is_the_same(name, times):
    assert len({WRITERS[name](PICTURE) for _ in range(times)}) == 1


@pytest.mark.long
def test_a_file_made_in_another_process_place_zone_and_language_is_the_same(tmp_path):
    elsewhere = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(ROOT),
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C.UTF-8",
        "LANG": "de_DE.UTF-8",
        "USER": "somebody",
        "HOME": str(tmp_path),
        "MPLCONFIGDIR": str(tmp_path),
    }
    told = subprocess.run(
        [sys.executable, "-m", "tests.reports.press.digests"],
        cwd=tmp_path,
        env=elsewhere,
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(told.stdout) == digests()
