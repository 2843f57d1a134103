import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.settings import read_settings
from data.errors import UserError
from data.record import Kind, done_here
from data.review import STARTER, configured, marked, migrate_review, new_review, open_review
from data.terms import read_terms


@pytest.fixture(autouse=True)
def _own_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)


def test_a_new_review_without_terms_has_the_starters_to_write_over(tmp_path: Path) -> None:
    review = new_review(tmp_path / "mine")
    assert (tmp_path / "mine" / "terms.toml").read_bytes() == STARTER.read_bytes()
    assert review.ledger.version() == 0
    review.ledger.engine.dispose()


def test_a_new_review_keeps_the_terms_that_are_in_its_folder(tmp_path: Path, terms_file: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "terms.toml").write_bytes(terms_file.read_bytes())
    review = new_review(folder)
    assert review.terms.name == "A review to test with"
    review.ledger.engine.dispose()


def test_terms_that_are_there_are_never_written_over(tmp_path: Path, terms_file: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "terms.toml").write_text(STARTER.read_text() + "\n")
    with pytest.raises(UserError, match=r"another terms\.toml"):
        new_review(folder, terms_file)
    assert (folder / "terms.toml").read_text() == STARTER.read_text() + "\n"


def test_a_second_review_in_one_folder_is_refused(tmp_path: Path, terms_file: Path) -> None:
    new_review(tmp_path / "mine", terms_file).ledger.engine.dispose()
    with pytest.raises(UserError, match="already"):
        new_review(tmp_path / "mine", terms_file)


def test_a_ledger_and_terms_that_disagree_on_demonstration_are_refused(
    tmp_path: Path, terms_file: Path
) -> None:
    new_review(tmp_path / "mine", terms_file).ledger.engine.dispose()
    terms = tmp_path / "mine" / "terms.toml"
    terms.write_text("demonstration = true\n" + terms.read_text())
    with pytest.raises(UserError, match="disagree on whether this is demonstration data"):
        open_review(tmp_path / "mine")


def test_a_folder_without_a_review_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"There is no review in .*; make one with: python -m data new"):
        open_review(tmp_path)


def test_a_ledger_that_lost_its_terms_is_not_taken_for_no_review(tmp_path: Path, terms_file: Path) -> None:
    new_review(tmp_path / "mine", terms_file).ledger.engine.dispose()
    (tmp_path / "mine" / "terms.toml").unlink()
    with pytest.raises(UserError, match=r"has a ledger but no terms\.toml: put back your copy of it"):
        open_review(tmp_path / "mine")
    with pytest.raises(UserError):
        new_review(tmp_path / "mine")
    assert not (tmp_path / "mine" / "terms.toml").exists()


def test_terms_without_a_ledger_are_told_how_to_make_one(terms_file: Path) -> None:
    with pytest.raises(UserError, match="has no ledger"):
        open_review(terms_file.parent)


def test_the_starter_fits() -> None:
    assert not read_terms(STARTER).demonstration


def _ledger_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'ledger.sqlite'}"


def test_a_ledger_that_is_another_reviews_is_not_made_again(
    tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_review(tmp_path / "theirs", terms_file).ledger.engine.dispose()
    monkeypatch.setenv("CANDOUR_LEDGER", _ledger_of(tmp_path / "theirs"))
    with pytest.raises(
        UserError, match=r"holds the review 'A review to test with' already: .* CANDOUR_LEDGER"
    ):
        new_review(tmp_path / "mine", terms_file)
    assert not (tmp_path / "mine").exists()


def test_a_folder_never_reads_another_reviews_ledger(
    tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_review(tmp_path / "theirs", terms_file).ledger.engine.dispose()
    new_review(tmp_path / "mine", terms_file).ledger.engine.dispose()
    monkeypatch.setenv("CANDOUR_LEDGER", _ledger_of(tmp_path / "theirs"))
    with pytest.raises(UserError, match=r"is not the ledger that .*mine was made with: .*ledger\.id"):
        open_review(tmp_path / "mine")


def test_a_folder_that_may_read_another_ledger_says_so_in_its_own_file(
    tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = new_review(tmp_path / "theirs", terms_file)
    new_review(tmp_path / "mine", terms_file).ledger.engine.dispose()
    monkeypatch.setenv("CANDOUR_LEDGER", _ledger_of(tmp_path / "theirs"))
    (tmp_path / "mine" / "ledger.id").write_text(f"{theirs.ledger.id()}\n")
    assert open_review(tmp_path / "mine").ledger.id() == theirs.ledger.id()
    theirs.ledger.engine.dispose()


def test_a_ledger_without_an_id_is_told_to_be_made_again(tmp_path: Path, terms_file: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.sqlite") as old:
        old.execute("CREATE TABLE review (one INTEGER, name TEXT, demonstration BOOLEAN)")
    old.close()
    (tmp_path / "ledger.sqlite").chmod(0o600)
    with pytest.raises(UserError, match="was made by an earlier version of Candour"):
        open_review(terms_file.parent)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
@pytest.mark.usefixtures("usual_umask")
@pytest.mark.parametrize("there", [False, True])
def test_what_a_new_review_makes_is_its_owners_alone(tmp_path: Path, terms_file: Path, there: bool) -> None:
    folder = tmp_path / "mine"
    if there:
        folder.mkdir()
    review = new_review(folder, terms_file)
    # Held open, so that what SQLite keeps beside the file is there.
    with review.ledger.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE sessions SET who = ''")
        found = modes(folder)
    assert found.pop("record.anchor") == "0o640"
    assert set(found) >= {
        "terms.toml",
        "ledger.id",
        "ledger.sqlite",
        "ledger.sqlite-wal",
        "ledger.sqlite-shm",
    }
    assert set(found.values()) == {"0o600"}
    # A folder that was there before is left as it was.
    assert folder.stat().st_mode & 0o777 == (0o755 if there else 0o700)
    review.ledger.engine.dispose()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
def test_a_ledger_that_everybody_may_read_is_not_opened(tmp_path: Path, terms_file: Path) -> None:
    folder = tmp_path / "mine"
    new_review(folder, terms_file).ledger.engine.dispose()
    (folder / "ledger.sqlite").chmod(0o644)
    for opening in (open_review, migrate_review):
        with pytest.raises(UserError) as caught:
            opening(folder)
        assert str(caught.value) == (
            f"Everybody on this machine may read the ledger in {folder / 'ledger.sqlite'}: close it with "
            f"chmod o= {folder / 'ledger.sqlite'}*."
        )
    # What the sentence says helps, and the group may still read.
    (folder / "ledger.sqlite").chmod(0o640)
    open_review(folder).ledger.engine.dispose()
    (folder / "ledger.sqlite-wal").touch(mode=0o644)
    (folder / "ledger.sqlite-wal").chmod(0o644)
    with pytest.raises(UserError, match="Everybody on this machine may read the ledger"):
        open_review(folder)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
def test_a_demonstration_is_nobodys_secret(tmp_path: Path, terms_file: Path) -> None:
    terms_file.write_text(f"demonstration = true\n{terms_file.read_text()}")
    new_review(tmp_path / "shown", terms_file).ledger.engine.dispose()
    (tmp_path / "shown" / "ledger.sqlite").chmod(0o644)
    open_review(tmp_path / "shown").ledger.engine.dispose()


def test_real_data_bears_the_words_and_a_demonstration_says_that_it_is_one():
    assert marked(demonstration=False) == "OFFICIAL-SENSITIVE"
    assert marked(" OFFICIAL ", demonstration=False) == "OFFICIAL"
    assert marked("OFFICIAL", demonstration=True) == "OFFICIAL · DEMONSTRATION DATA"


@pytest.mark.parametrize("words", ["", "  ", "=1", "-x", "two\nlines", "x" * 101])
def test_a_marking_that_cannot_stand_on_a_file_is_refused(words):
    with pytest.raises(UserError, match="must begin with a letter"):
        marked(words, demonstration=False)


def test_the_words_are_those_of_the_deployment_and_else_the_usual_ones(tmp_path, monkeypatch):
    monkeypatch.delenv("CANDOUR_SETTINGS", raising=False)
    assert configured(tmp_path).marking == "OFFICIAL-SENSITIVE"
    (tmp_path / "settings.toml").write_text('mode = "single-user"\n')
    assert configured(tmp_path).marking == "OFFICIAL-SENSITIVE"
    (tmp_path / "settings.toml").write_text('marking = "OFFICIAL"\n')
    assert configured(tmp_path).marking == "OFFICIAL" == read_settings(tmp_path).marking
    named = tmp_path / "named.toml"
    monkeypatch.setenv("CANDOUR_SETTINGS", str(named))
    with pytest.raises(UserError, match="There is no file"):
        configured(tmp_path)
    named.write_text('marking = "PART 3"\n')
    assert configured(tmp_path).marking == "PART 3" == read_settings(tmp_path).marking
    named.write_text("marking = 3\n")
    with pytest.raises(UserError, match=r"named\.toml: .*marking"):
        configured(tmp_path)


def test_the_settings_name_a_second_place_for_the_anchor(tmp_path: Path, blank_review: Path) -> None:
    folder, other = shutil.copytree(blank_review, tmp_path / "review"), tmp_path / "of another account"
    other.touch()
    (folder / "settings.toml").write_text(f'anchor = ["{other}"]\n')
    review = open_review(folder)
    review.record.write(done_here(Kind.CONSULTATION, "a look"))
    assert other.read_text() == review.record.anchor.path.read_text() != ""
    other.unlink()
    with pytest.raises(UserError, match=r"The anchor of the record, .*of another account, is missing"):
        review.record.write(done_here(Kind.CONSULTATION, "a look"))
    review.ledger.engine.dispose()
