"""The system's journal hears of the record's heads, and nothing is said where there is none."""

import io
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.journal import keep_journal
from data.record import LOG


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    level, handlers = LOG.level, LOG.handlers[:]
    LOG.handlers.clear()
    yield
    for handler in LOG.handlers:
        handler.close()
    LOG.handlers[:] = handlers
    LOG.setLevel(level)


def test_a_head_goes_to_the_journals_socket_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    # A socket's path is short, and pytest's own folders may not be.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal, pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        journal.bind("log")
        journal.settimeout(10)
        keep_journal(Path("log"))
        keep_journal(Path("log"))
        LOG.info("record %d %s", 7, "abc")
        assert journal.recv(200).rstrip(b"\x00").endswith(b"candour: record 7 abc")
        journal.setblocking(False)
        with pytest.raises(BlockingIOError):
            journal.recv(200)


def test_without_a_journal_it_goes_where_it_is_told_or_nowhere(tmp_path: Path) -> None:
    keep_journal(tmp_path / "none")
    assert LOG.handlers == []
    text = io.StringIO()
    keep_journal(tmp_path / "none", otherwise=logging.StreamHandler(text))
    LOG.info("record %d %s", 7, "abc")
    assert text.getvalue() == "record 7 abc\n"
