"""The command line of the record: what it says, and the one sentence when something is wrong."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from access.__main__ import main
from access.audit import MOST_BEHIND
from access.roles import Role
from access.sessions import Sessions
from access.settings import Limits
from data.backup import backup, restore
from data.record import Entry, Kind, Outcome
from data.review import Review, new_review, open_review
from tests.conftest import TERMS

Run = Callable[..., tuple[int, str, str]]
EVER = ("--from", "2000-01-01", "--to", "2999-12-31")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a review with one entry in its record, to copy."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "terms.toml").write_text(TERMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CANDOUR_LEDGER", raising=False)
        review = new_review(folder / "review", folder / "terms.toml")
        review.record.write(Entry(Kind.CONSULTATION, "=amina", "analyst", "overview", "", Outcome.ALLOWED))
        review.ledger.engine.dispose()
    return folder / "review"


@pytest.fixture
def review(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Review]:
    for name in ("CANDOUR_LEDGER", "CANDOUR_SETTINGS", "CANDOUR_RECORD_KEYS", "CANDOUR_RECORD_ANCHOR"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(made, tmp_path / "review")
    review = open_review(tmp_path / "review")
    yield review
    review.ledger.engine.dispose()


@pytest.fixture
def run(review: Review, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def running(*arguments: str) -> tuple[int, str, str]:
        code = main(["--review", str(review.folder), *arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return running


def kinds(review: Review) -> list[str]:
    with review.record.reading() as rows:
        return [row.kind for row in rows]


def last(review: Review) -> tuple[str, str, str]:
    with review.record.reading() as rows:
        row = list(rows)[-1]
    return row.kind, row.scope, row.outcome


def test_verify_says_how_far_the_record_is_whole(review: Review, run: Run) -> None:
    digest = review.record.anchor.lines()[-1].split()[1]
    whole = f"The record is whole: 1 entry, the last one {digest[:16]}; its anchor agrees.\n"
    anchor = review.folder.parent / "copy"
    anchor.write_bytes(review.record.anchor.path.read_bytes())
    assert run("verify") == (0, whole, "")
    assert last(review) == ("consultation", "the record verified: whole, 1 entry", "allowed")
    # The copy knows nothing of that entry, and of the two that are there then.
    code, out, _ = run("verify", "--anchor", str(anchor))
    assert (code, out.endswith("; its anchor is 1 entry behind.\n")) == (0, True)
    assert last(review) == ("consultation", "the record verified: whole, 2 entries", "allowed")
    assert run("verify")[0] == 0


def test_verify_tells_what_it_found_and_fails(review: Review, run: Run) -> None:
    with review.record.anchor.path.open("a") as file:
        file.writelines(f"{number} {'a' * 64}\n" for number in range(1, 31))
    code, out, err = run("verify")
    assert (code, err) == (1, "")
    told = out.splitlines()
    assert told[0] == "The record is not whole: 2 faults were found in 1 entry."
    assert told[1] == "Line 2 of the anchor has another row 1 than a line above it."
    assert told[2] == "Rows 2 to 30 are cut off from the end: the anchor goes on to 30."
    assert last(review) == ("consultation", "the record verified: not whole, 2 faults in 1 entry", "failed")


def test_verify_tells_what_it_found_though_it_cannot_be_written_down(review: Review, run: Run) -> None:
    review.record.anchor.path.unlink()
    code, out, err = run("verify")
    assert code == 1
    assert out.splitlines()[1] == "The anchor of the record is missing."
    assert err.startswith("The anchor of the record,")
    assert kinds(review) == ["consultation"]


def test_verify_does_not_tell_a_thousand_faults_one_by_one(review: Review, run: Run) -> None:
    with review.record.anchor.path.open("a") as file:
        file.write("not a line\n" * 25)
    told = run("verify")[1].splitlines()
    assert len(told) == 22
    assert told[-1] == "... and 5 more."


def test_after_a_restore_what_is_lost_is_told_once_and_then_the_record_is_whole(
    review: Review, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    look = Entry(Kind.CONSULTATION, "amina", "analyst", "overview", "", Outcome.ALLOWED)
    # More than an anchor may be behind.
    for _ in range(MOST_BEHIND + 5):
        review.record.write(look)
    backup(review, tmp_path / "a.backup")
    review.record.write(look)
    again = tmp_path / "again"
    restore(tmp_path / "a.backup", again, keys=review.record.keys.path)
    shutil.copy(review.record.keys.path, again / "record.keys")
    (again / "record.anchor").touch()
    of_again = ["--review", str(again), "verify"]
    assert main([*of_again, "--anchor", str(review.record.anchor.path)]) == 1
    last = MOST_BEHIND + 8
    assert f"Row {last} is cut off from the end: the anchor goes on to {last}.\n" in capfd.readouterr().out
    assert main(of_again) == 0
    assert "its anchor agrees." in capfd.readouterr().out


def test_an_extract_is_marked_safe_to_open_and_recorded_before_it_is_written(
    review: Review, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "record.csv"
    assert run("extract", *EVER, "--out", str(out)) == (0, f"Wrote 1 entry to {out}.\n", "")
    if os.name == "posix":
        assert out.stat().st_mode & 0o777 == 0o600
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == lines[-1] == "OFFICIAL-SENSITIVE"
    assert lines[1] == "A review to test with"
    assert lines[3] == "number,at,kind,who,role,scope,reason,outcome,key_id,digest"
    assert ",consultation,'=amina,analyst,overview," in lines[4]
    assert kinds(review) == ["consultation", "disclosure"]
    code, _, err = run("extract", *EVER, "--out", str(out))
    assert (code, err) == (1, f"There is a file {out} already: choose another name with --out.\n")
    assert kinds(review) == ["consultation", "disclosure"]


def test_an_extract_without_a_file_is_printed(review: Review, run: Run) -> None:
    code, out, _ = run("extract", *EVER)
    assert code == 0
    assert out.startswith("\ufeffOFFICIAL-SENSITIVE\n")
    assert kinds(review) == ["consultation", "disclosure"]


def test_an_extract_that_cannot_be_recorded_is_not_written(review: Review, run: Run, tmp_path: Path) -> None:
    review.record.anchor.path.unlink()
    code, out, err = run("extract", *EVER, "--out", str(tmp_path / "record.csv"))
    assert (code, out) == (1, "")
    assert err.startswith("The anchor of the record,")
    assert not (tmp_path / "record.csv").exists()


def test_days_the_wrong_way_round_and_what_is_no_day_are_refused(run: Run, review: Review) -> None:
    code, _, err = run("extract", "--from", "2024-01-11", "--to", "2024-01-10")
    assert (code, err) == (1, "10 January 2024 is before 11 January 2024: give the earlier day first.\n")
    with pytest.raises(SystemExit):
        run("extract", "--from", "yesterday", "--to", "2024-01-10")
    assert kinds(review) == ["consultation"]


def test_a_new_key_is_told_recorded_and_used(review: Review, run: Run) -> None:
    code, out, _ = run("key")
    name = list(review.record.keys.read())[-1]
    assert code == 0
    assert out.startswith(f"The record is signed with the key {name} from now on; make a copy of ")
    (_, entry) = review.record.between(dt.date(2000, 1, 1), dt.date(2999, 1, 1))
    assert (entry.kind, entry.key_id, entry.scope) == ("administration", name, "a new key of the record")
    assert run("verify")[0] == 0


def test_a_missing_key_file_costs_one_sentence(review: Review, run: Run) -> None:
    review.record.keys.path.unlink()
    code, _, err = run("verify")
    assert code == 1
    assert err.startswith("The key file of the record is missing from")
    assert err.count("\n") == 1


def test_who_is_signed_in_is_listed_and_every_visit_of_theirs_can_be_ended(made, tmp_path, capsys):
    folder = tmp_path / "review"
    shutil.copytree(made, folder)
    review = open_review(folder)
    sessions = Sessions(review.ledger, Limits())
    tokens = [sessions.begin("pat", [Role.ANALYST]) for _ in range(2)]
    assert main(["--review", str(folder), "sessions"]) == 0
    told = capsys.readouterr().out
    assert told.count("pat, analyst, last seen ") == 2
    assert told.endswith("2 visits under way.\n")
    assert last(review) == ("consultation", "who is signed in: 2 visits", "allowed")
    assert main(["--review", str(folder), "end", "pat"]) == 0
    assert capsys.readouterr().out == "Ended 2 visits of pat.\n"
    assert [sessions.find(token) for token in tokens] == [None, None]
    with review.record.reading() as rows:
        assert list(rows)[-1].scope == "end every visit of pat"
