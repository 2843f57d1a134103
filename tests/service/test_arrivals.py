"""Files that arrive in a folder: taken once, loaded only without a doubt, never changed."""

import os
from errno import EACCES
from pathlib import Path
from typing import IO

import pytest

from access.settings import Settings, read_settings
from data.__main__ import main
from data.errors import UserError
from data.record import Kind, Outcome, Row
from data.spool import MOST_OPEN, Job, Spool
from data.stable_file import StableFile
from service import arrivals, inbox
from service.arrivals import Arrivals, arrivals_of
from tests.data.conftest import HEADER, Loader, lines
from tests.service.test_inbox import MAPPING, ROWS, after, send

NEXT = "A-99,01/02/2020,right to ask,south,,"


class Folder:
    """A watched folder of a review into which one extract was loaded by a person."""

    def __init__(self, desk: Loader, *, by_itself: bool) -> None:
        self.desk, self.by_itself = desk, by_itself
        self.folder = desk.folder / "arrivals"
        self.folder.mkdir()
        self.spool = Spool(desk.review.folder / "inbox")
        first = send(self.spool, *ROWS)
        today = desk.review.today()
        after(desk, self.spool, first, state="rehearse", mapping=MAPPING, recorded_on=today)
        after(desk, self.spool, first, state="load", confirmed=("--confirm-day",))
        assert desk.review.ledger.version() == 1
        self.start()

    def start(self) -> None:
        """Start the inbox, which then knows nothing but what is in its folder."""
        self.arrivals = Arrivals(self.folder, self.spool, self.by_itself, every=0)

    def put(self, text: str | bytes, name: str = "applications-2.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def look(self) -> None:
        inbox.work(self.desk.review.folder, self.spool, self.arrivals)

    def arrived(self) -> list[Job]:
        self.look()
        self.look()
        return self.jobs()

    def jobs(self) -> list[Job]:
        return [job for job in self.spool.jobs() if job.who == arrivals.WHO]

    def entries(self) -> list[Row]:
        return [*self.desk.review.record.about(Kind.ADMINISTRATION, "extract")]


@pytest.fixture
def asking(desk: Loader) -> Folder:
    return Folder(desk, by_itself=False)


@pytest.fixture
def loading(desk: Loader) -> Folder:
    return Folder(desk, by_itself=True)


def test_a_file_that_fits_is_rehearsed_and_waits_for_a_person(asking: Folder) -> None:
    path = asking.put(lines(*ROWS, NEXT))
    (job,) = asking.arrived()
    assert (job.state, job.mapping, job.known) == ("rehearsed", MAPPING, True)
    assert job.outcome.counts[0]["new"] == 1
    assert asking.desk.review.ledger.version() == 1
    assert path.read_text() == lines(*ROWS, NEXT)
    (entry,) = asking.entries()
    assert (entry.who, entry.outcome) == (arrivals.WHO, Outcome.ALLOWED)
    assert job.digest in entry.scope


def test_a_file_that_fits_is_loaded_where_the_settings_allow_it(loading: Folder) -> None:
    path = loading.put(lines(*ROWS, NEXT))
    before = path.stat()
    (job,) = loading.arrived()
    assert (job.state, job.outcome.lines[-1]) == ("loaded", "Loaded as load 2.")
    assert (path.stat().st_mtime_ns, path.read_text()) == (before.st_mtime_ns, lines(*ROWS, NEXT))
    taken, allowed = loading.entries()
    assert "taken from the folder" in taken.scope
    assert "begun by the settings" in allowed.scope
    (load,) = loading.desk.review.record.about(Kind.COLLECTION, "load 2 recorded on")
    assert load.who == arrivals.WHO


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (lines(*ROWS, NEXT).replace(",south", ",east"), "1 rejected row"),
        (lines(*ROWS[1:], NEXT), "1 row would be removed"),
        (lines(*ROWS[:4]), "something must be confirmed"),
        (lines(*(row.replace("north", "south") for row in ROWS)), "something must be confirmed"),
        (lines(*ROWS, NEXT).replace("\n", ",x\n").replace("Decided,x", "Decided,Colour"), "columns (Colour)"),
    ],
    ids=["unknown code", "removed row", "most rows gone", "corrections of a loaded day", "new column"],
)
def test_a_doubt_is_asked_about_and_nothing_is_loaded(loading: Folder, text: str, why: str) -> None:
    loading.put(text)
    (job,) = loading.arrived()
    assert job.state == "rehearsed"
    assert any(why in line for line in job.outcome.lines), job.outcome.lines
    assert loading.desk.review.ledger.version() == 1


def test_another_format_is_asked_about(loading: Folder) -> None:
    loading.put(lines(*ROWS, NEXT), "applications.txt")
    (job,) = loading.arrived()
    assert job.state == "rehearsed"
    assert job.outcome.lines == ("Not loaded by itself: the last file was of another format.",)


def test_a_file_with_other_columns_waits_for_its_mapping(loading: Folder) -> None:
    loading.put(lines(*ROWS).replace("Received", "Date in"))
    (job,) = loading.arrived()
    assert (job.state, job.by_itself) == ("guessed", False)
    rehearsed = after(
        loading.desk, loading.spool, job.id, state="rehearse", mapping=MAPPING.replace("Received", "Date in")
    )
    assert rehearsed.state == "rehearsed"
    assert loading.desk.review.ledger.version() == 1


def test_a_file_that_is_still_written_is_waited_for(asking: Folder) -> None:
    path = asking.put(HEADER)
    for row in ROWS:
        asking.look()
        with path.open("a") as file:
            file.write(f"\n{row}")
    assert asking.jobs() == []
    (job,) = asking.arrived()
    assert job.outcome.counts[0]["accepted"] == len(ROWS)


def test_a_file_that_is_written_while_it_is_copied_is_waited_for(
    asking: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asking.put(lines(*ROWS))

    class WrittenMeanwhile(StableFile):
        def copy(self, out: IO[bytes]) -> None:
            path.write_text(lines(*ROWS, NEXT))
            super().copy(out)

    with monkeypatch.context() as patch:
        patch.setattr(arrivals, "StableFile", WrittenMeanwhile)
        assert asking.arrived() == []
    assert [*asking.spool.folder.glob("*/files/*")] == []
    (job,) = asking.arrived()
    assert job.outcome.counts[0]["accepted"] == len(ROWS) + 1


@pytest.mark.parametrize("name", [".hidden.csv", "~$register.xlsx", "register.csv.part", "register.tmp"])
def test_a_file_that_is_not_finished_by_its_name_is_left(asking: Folder, name: str) -> None:
    asking.put(lines(*ROWS), name)
    assert asking.arrived() == []


def test_a_file_that_is_written_between_two_readings_is_waited_for(asking: Folder) -> None:
    path = asking.put(lines(*ROWS))
    asking.look()
    (ready,) = asking.arrivals.ready()
    path.write_text(lines(*ROWS, NEXT))
    asking.arrivals.take(asking.desk.review.record, ready)
    assert asking.jobs() == []


def test_an_empty_file_and_a_folder_are_left(asking: Folder) -> None:
    asking.put("")
    (asking.folder / "older").mkdir()
    (asking.folder / "older" / "register.csv").write_text(lines(*ROWS, NEXT))
    assert asking.arrived() == []


def test_the_same_file_is_taken_once_by_whatever_name_and_also_after_a_restart(loading: Folder) -> None:
    path = loading.put(lines(*ROWS, NEXT))
    assert len(loading.arrived()) == 1
    os.utime(path, (0, 0))
    loading.put(lines(*ROWS, NEXT), "copy.csv")
    assert len(loading.arrived()) == 1
    loading.start()
    assert len(loading.arrived()) == 1
    assert loading.desk.review.ledger.version() == 2


def test_a_file_whose_taking_was_cut_short_is_taken_once(
    asking: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.put(lines(*ROWS, NEXT))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    asking.look()
    with monkeypatch.context() as patch:
        patch.setattr(Spool, "note_arrival", killed)
        with pytest.raises(KeyboardInterrupt):
            asking.look()
    asking.start()
    (job,) = asking.arrived()
    assert job.state == "rehearsed"


def test_a_dropped_file_is_not_taken_again(asking: Folder) -> None:
    asking.put(lines(*ROWS, NEXT))
    (job,) = asking.arrived()
    asking.spool.end(job.model_copy(update={"state": "dropped"}))
    asking.start()
    assert [job.state for job in asking.arrived()] == ["dropped"]


def _link(folder: Folder) -> None:
    outside = folder.desk.folder / "secret.csv"
    outside.write_text(lines(*ROWS))
    (folder.folder / "applications-2.csv").symlink_to(outside)


def _pipe(folder: Folder) -> None:
    os.mkfifo(folder.folder / "applications-2.csv")


def test_a_link_is_not_followed_which_is_said_once_and_the_next_file_comes(asking: Folder) -> None:
    why = "It is a link, and no link is followed."
    _link(asking)
    asking.put(lines(*ROWS, NEXT), "applications-3.csv")
    asking.look()
    after, refused = sorted(asking.arrived(), key=lambda job: job.state == "refused")
    assert (refused.name, refused.state, refused.fault) == ("applications-2.csv", "refused", why)
    assert after.state == "rehearsed"
    assert [entry.outcome for entry in asking.entries() if why in entry.scope] == [Outcome.REFUSED]
    assert [*asking.spool.folder.glob("*/files/applications-2*")] == []


def test_a_file_that_may_not_be_read_is_said_once(asking: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: str, flags: int) -> int:
        raise PermissionError(EACCES, os.strerror(EACCES), path, flags)

    monkeypatch.setattr(arrivals, "open_no_link", locked)
    asking.put(lines(*ROWS, NEXT))
    asking.arrived()
    (refused,) = asking.arrived()
    assert (refused.state, refused.fault) == ("refused", "It cannot be read: Permission denied.")


def test_a_pipe_is_not_waited_for(asking: Folder) -> None:
    _pipe(asking)
    assert asking.arrived() == []


def test_a_file_that_is_put_in_the_place_of_another_as_a_link_is_not_followed(asking: Folder) -> None:
    path = asking.put(lines(*ROWS))
    asking.look()
    (ready,) = asking.arrivals.ready()
    path.unlink()
    _link(asking)
    asking.arrivals.take(asking.desk.review.record, ready)
    assert [job.state for job in asking.jobs()] == ["refused"]


def test_a_folder_that_is_missing_is_said_once_and_looked_at_again(asking: Folder) -> None:
    asking.folder.rmdir()
    (job,) = asking.arrived()
    assert (job.name, job.fault) == (arrivals.WHO, "It cannot be read: No such file or directory.")
    assert len(asking.arrived()) == 1
    asking.folder.mkdir()
    asking.put(lines(*ROWS, NEXT))
    assert {job.state for job in asking.arrived()} == {"refused", "rehearsed"}
    assert send(asking.spool, *ROWS)


def test_files_wait_in_the_folder_while_many_wait_for_a_person(asking: Folder) -> None:
    for number in range(MOST_OPEN):
        send(asking.spool, *ROWS, f"B-{number},01/02/2020,right to ask,south,,")
    asking.put(lines(*ROWS, NEXT))
    assert asking.arrived() == []
    asking.spool.end(asking.spool.jobs()[0].model_copy(update={"state": "dropped"}))
    assert len(asking.arrived()) == 1


def test_one_that_was_there_at_the_last_look_only_is_taken_after_some_seconds(asking: Folder) -> None:
    asking.arrivals.every = 60
    asking.put(lines(*ROWS, NEXT))
    assert asking.arrived() == []


@pytest.mark.long
def test_the_command_takes_what_is_in_the_folder_of_the_settings(
    asking: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Arrivals, "every", 0.01)
    asking.put(lines(*ROWS, NEXT))
    folder = asking.desk.review.folder
    settings = f'mode = "single-user"\narrivals = "{asking.folder}"\nload_arrivals = true\n'
    (folder / "settings.toml").write_text(settings)
    assert main(["--review", str(folder), "inbox", "--once"]) == 0
    assert [job.state for job in asking.jobs()] == ["loaded"]


def test_the_folder_of_arrivals_is_none_of_the_inbox(tmp_path: Path) -> None:
    settings = Settings(arrivals=str(tmp_path))
    with pytest.raises(UserError, match="the same folder"):
        arrivals_of(settings, Spool(tmp_path))
    assert arrivals_of(Settings(), Spool(tmp_path)) is None


def test_the_folder_is_named_from_the_settings_and_loading_needs_one(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('mode = "single-user"\narrivals = "in"\n')
    settings = read_settings(tmp_path)
    assert (settings.arrivals, settings.load_arrivals) == (str(tmp_path / "in"), False)
    (tmp_path / "settings.toml").write_text('mode = "single-user"\nload_arrivals = true\n')
    with pytest.raises(UserError, match="load_arrivals needs arrivals"):
        read_settings(tmp_path)
