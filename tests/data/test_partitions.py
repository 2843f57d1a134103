"""Files of partitions are read once, checked, and the same from a folder and from S3."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from moto.server import ThreadedMotoServer

from data.partitions import (
    MANIFEST,
    Partition,
    PartitionError,
    fault_of,
    read_file,
    read_sent,
    resolved,
    rows_of,
    write_partition,
    write_sent,
)

ROWS = pl.DataFrame({"case": ["a", "b"], "number": [1, 2]})
SENT = {
    "force": "Ashdown", "ledger": "l", "version": 2, "days": ["2024-01-01"], "tables": ["applications"],
    "demonstration": True,
}  # fmt: skip


def written(url: str) -> Partition:
    about = {"url": url, "edition": "e", "terms": "t", "forces": (SENT,)}
    return write_partition(about, [("cases", ROWS)])


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """S3 as this process has it, on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            settings.setenv(name, "test")
        settings.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import s3fs

        s3fs.S3FileSystem().mkdir("nation")
        yield "s3://nation"
    server.stop()


def test_a_partition_in_a_folder_is_read_as_it_was_written(tmp_path: Path):
    assert rows_of(written(str(tmp_path / "one")), "cases").collect().equals(ROWS)


def test_a_partition_on_s3_is_read_as_it_was_written(bucket: str):
    partition = written(f"{bucket}/one")
    assert rows_of(partition, "cases").collect().equals(ROWS)
    assert partition.rows == 2


def test_a_partition_on_s3_that_is_not_there_is_named(bucket: str):
    partition = written(f"{bucket}/two").model_copy(update={"url": f"{bucket}/nowhere"})
    with pytest.raises(PartitionError, match="What was sent of Ashdown is not there"):
        read_file(partition, "cases")


def test_a_fault_of_a_moment_is_forgotten_once_the_files_are_there(
    bucket: str, monkeypatch: pytest.MonkeyPatch
):
    partition = written(f"{bucket}/three")

    def no_network(url: str) -> bytes:
        raise OSError(url)

    with monkeypatch.context() as gone:
        gone.setattr("data.partitions._content", no_network)
        assert fault_of(partition) == "is not there"
    assert fault_of(partition) == ""


def test_what_was_sent_is_read_with_the_place_in_which_it_lies(tmp_path: Path):
    partition = written(str(tmp_path / "one"))
    write_sent(tmp_path / "one", partition)
    (tmp_path / "one").rename(tmp_path / "elsewhere")
    moved = read_sent(str(tmp_path / "elsewhere"), "Ashdown")
    assert moved.files == partition.files
    assert rows_of(moved, "cases").collect().equals(ROWS)


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"forces": []})])
def test_a_manifest_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: str):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(PartitionError, match=r"^What was sent of Ashdown cannot be read: send it again\.$"):
        read_sent(str(tmp_path), "Ashdown")


def test_files_are_their_owners_alone(tmp_path: Path):
    written(str(tmp_path / "one"))
    assert (tmp_path / "one" / "cases.parquet").stat().st_mode & 0o077 == 0
    assert (tmp_path / "one").stat().st_mode & 0o077 == 0


def test_a_folder_is_named_as_from_the_nations_own(tmp_path: Path):
    assert resolved("partitions/a", tmp_path) == str(tmp_path / "partitions" / "a")
    assert resolved("s3://nation/a", tmp_path) == "s3://nation/a"
    assert resolved(str(tmp_path / "b"), Path("/elsewhere")) == str(tmp_path / "b")
