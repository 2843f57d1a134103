"""The load command and the way back from a wrong day, as they are typed."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.__main__ import main
from data.publishing.content import PublishedCell, PublishedFigure
from data.releases import Releases
from data.review import Review, open_review
from tests.data.publishing.world import BEN, TYPIST, elsewhere

MAPPING = """\
extract = "full"
[[tables]]
table = "referrals"
file = "*.csv"
[tables.columns]
referral_ref = "R"
referred_on = "On"
kind = "Kind"
route = "Route"
subject = "Sub"
"""
WHY = ("--reason", "Recorded on a day in 2031")


def register(*numbers: int) -> str:
    rows = [f"R{number},{number % 28 + 1:02}/01/2023,complaint,voluntary,organisation" for number in numbers]
    return "\n".join(("R,On,Kind,Route,Sub", *rows)) + "\n"


class Shell:
    """What an analyst types, and what is printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        (folder / "mapping.toml").write_text(MAPPING)
        self.out = self.err = ""

    def run(self, *arguments: str) -> int:
        code = main(["--review", str(self.folder / "review"), *arguments])
        self.out, self.err = self.capsys.readouterr()
        return code

    def load(self, text: str, day: str, *options: str) -> int:
        (self.folder / "a.csv").write_text(text)
        file, mapping = str(self.folder / "a.csv"), str(self.folder / "mapping.toml")
        return self.run("load", file, "--mapping", mapping, "--recorded-on", day, *options)

    def review(self) -> Review:
        return open_review(self.folder / "review")


@pytest.fixture
def shell(
    tmp_path: Path, empty_review: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    shutil.copytree(empty_review, tmp_path / "review")
    return Shell(tmp_path, capsys)


def test_one_of_five_referrals_left_asks_and_shows_the_four_that_would_go(shell: Shell) -> None:
    assert shell.load(register(1, 2, 3, 4, 5), "2024-01-11") == 0
    assert shell.load(register(1), "2024-01-18") == 1
    assert "a.csv lacks 4 of the 5 current referrals" in shell.err
    assert shell.err.endswith("If that is right, load it with --confirm-removals.\n")
    assert shell.err.count("\n") == 1
    for ref in ("R2", "R3", "R4", "R5"):
        assert ref in shell.out
    assert "In all: 4 removed rows and no changed cells." in shell.out
    assert shell.load(register(1), "2024-01-18", "--confirm-removals") == 0
    assert "4 removed" in shell.out
    assert "Kept as load 2." in shell.out


def test_a_dry_run_shows_the_rows_that_would_go_and_what_would_have_to_be_confirmed(shell: Shell) -> None:
    shell.load(register(*range(1, 41)), "2024-01-11")
    assert shell.load(register(1), "2024-01-18", "--dry-run") == 0
    assert "In all: 39 removed rows and no changed cells; the first 20 are shown." in shell.out
    assert "lacks 39 of the 40 current referrals" in shell.out
    assert "load it with --confirm-removals." in shell.out
    assert shell.out.endswith("This was a dry run: nothing was kept.\n")


def test_a_lowered_figure_is_named_with_its_release_before_and_after(shell: Shell) -> None:
    shell.load(register(*range(1, 21)), "2024-01-11")
    review, day = shell.review(), dt.date(2024, 1, 11)
    said = PublishedCell(shown="20", number=20, treatment="typed")
    words: dict[str, Any] = {
        "title": "Referrals",
        "definition": "",
        "counts": "referrals",
        "unit": "referrals",
    }
    referrals = PublishedFigure(figure="referrals", kind="count", cells=(said,), **words)
    told = elsewhere(as_at=day, known_at=day).model_copy(update={"figures": (referrals,)})
    releases = Releases(review.ledger, review.record)
    found = releases.entered(TYPIST, told, dt.datetime(2024, 1, 12, 9, tzinfo=dt.UTC))
    releases.confirmed(found.id, BEN, seen=found.seen)
    review.ledger.engine.dispose()
    assert shell.load(register(*range(1, 20)), "2024-01-18") == 1
    assert "in Release 1, as at 11 January 2024: from 20 to 19." in shell.err
    assert "It removes 1 row. If that is right, load it with --confirm-removals." in shell.err
    assert "R20" in shell.out
    assert shell.load(register(*range(1, 20)), "2024-01-18", "--confirm-removals") == 0


def test_a_wrong_day_is_asked_for_and_there_is_a_way_back_from_it(shell: Shell) -> None:
    shell.load(register(1, 2), "2024-01-11")
    assert shell.load(register(1, 2, 3), "2031-01-18") == 1
    assert "18 January 2031 is still to come" in shell.err
    assert shell.load(register(1, 2, 3), "2031-01-18", "--confirm-day") == 0
    assert shell.load(register(1, 2, 3, 4), "2024-01-25") == 1
    assert "supersede" in shell.err
    assert shell.run("supersede", "2", *WHY) == 0
    assert "Load 2, recorded on 18 January 2031, no longer counts; load 3 says so" in shell.out
    assert "Nothing was erased." in shell.out
    assert shell.load(register(1, 2, 3), "2024-01-18") == 0
    assert "Kept as load 4." in shell.out
    assert shell.run("status") == 0
    assert "2 loads, the last recorded on 18 January 2024." in shell.out
    assert "Load 2 of 18 January 2031 was superseded by load 3: Recorded on a day in 2031." in shell.out
    assert shell.run("supersede", "2", *WHY) == 1
    assert "Only the last load that stands can be superseded, which is load 4" in shell.err


def test_a_review_of_which_every_load_is_superseded_says_so(shell: Shell) -> None:
    shell.load(register(1, 2), "2024-01-11")
    assert shell.run("supersede", "1", *WHY) == 0
    assert "no load stands" in shell.out
    assert shell.run("status") == 0
    assert "No load stands." in shell.out
