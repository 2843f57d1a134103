from pathlib import Path

import pytest

from data.errors import UserError
from data.spool import MOST_ENDED, MOST_OPEN, Job, Outcome, Spool


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "inbox")


def send(spool: Spool, name: str = "cases.csv", content: bytes = b"id\n1\n") -> Job:
    with spool.receiving(name, "amina", "data steward") as file:
        file.write(content)
    return spool.jobs()[0]


def test_a_file_is_a_job_once_the_whole_of_it_has_come(spool: Spool) -> None:
    with spool.receiving("cases.csv", "amina", "data steward") as file:
        file.write(b"id\n")
        assert spool.jobs() == []
        file.write(b"1\n")
    (job,) = spool.jobs()
    assert (job.name, job.who, job.state, job.bytes) == ("cases.csv", "amina", "sent", 5)
    assert spool.file(job).read_bytes() == b"id\n1\n"
    assert spool.file(job).stat().st_mode & 0o007 == 0


def test_a_file_that_does_not_come_whole_leaves_nothing(spool: Spool) -> None:
    def cut() -> None:
        with spool.receiving("cases.csv", "amina", "data steward") as file:
            file.write(b"id\n")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        cut()
    assert spool.jobs() == []
    assert [*spool.folder.iterdir()] == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", ".", "", "a\u202eb.csv", "/x/.hidden", "a\\b.csv"]
)
def test_a_name_leads_nowhere_else(spool: Spool, name: str) -> None:
    job = send(spool, name)
    assert spool.file(job).parent.parent.parent == spool.folder
    assert not job.name.startswith(".")


@pytest.mark.parametrize(
    "change", [{"id": "../other"}, {"name": "../job.json"}, {"name": ".x"}, {"state": "odd"}]
)
def test_a_job_that_somebody_wrote_by_hand_is_none(spool: Spool, change: dict[str, str]) -> None:
    job = send(spool)
    path = spool.folder / job.id / "job.json"
    path.write_text(job.model_copy(update=change).model_dump_json(warnings=False))
    assert spool.jobs() == []


def test_a_link_in_the_place_of_a_file_is_not_followed(spool: Spool, tmp_path: Path) -> None:
    job = send(spool)
    secret = tmp_path / "secret.csv"
    secret.write_text("id\n1\n")
    spool.file(job).unlink()
    (spool.folder / job.id / "files" / job.name).symlink_to(secret)
    with pytest.raises(UserError, match="not there any more"):
        spool.file(job)


def test_what_is_over_keeps_no_file_and_no_cell(spool: Spool) -> None:
    job = send(spool)
    changed = (
        {"table": "applications", "row": "C1", "change": "changed", "before": "north", "after": "south"},
    )
    outcome = Outcome(lines=("Loaded as load 1.",), changed=changed, rejected=({"row": 2},))
    spool.end(job.model_copy(update={"state": "loaded", "outcome": outcome}))
    (ended,) = spool.jobs()
    assert (ended.outcome.lines, ended.outcome.changed, ended.outcome.rejected) == (outcome.lines, (), ())
    assert not (spool.folder / job.id / "files").exists()
    assert b"south" not in (spool.folder / job.id / "job.json").read_bytes()


def test_only_so_many_files_wait_and_only_the_last_that_are_over_are_listed(spool: Spool) -> None:
    jobs = [send(spool) for _ in range(MOST_OPEN)]
    with pytest.raises(UserError, match="wait already"):
        send(spool)
    for job in jobs:
        spool.end(job.model_copy(update={"state": "dropped"}))
    for _ in range(3):
        spool.end(send(spool).model_copy(update={"state": "loaded"}))
    assert len(spool.jobs()) == MOST_ENDED


def test_the_last_mapping_that_was_loaded_with_comes_first_and_none_twice(spool: Spool) -> None:
    job = send(spool)
    for mapping in ("a", "b", "a"):
        spool.remember(job.model_copy(update={"mapping": mapping}))
    assert [earlier.mapping for earlier in spool.earlier()] == ["a", "b"]
