"""The anchor: a file that only grows."""

import os
from pathlib import Path

import pytest

from data.anchor import Anchor
from data.errors import UserError


def test_lines_are_added_and_making_it_again_keeps_them(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    anchor.make()
    assert anchor.lines() == []
    anchor.add(1, "a" * 64)
    anchor.make()
    anchor.add(2, "b" * 64)
    assert anchor.lines() == ["1 " + "a" * 64, "2 " + "b" * 64]


def test_a_line_that_a_power_cut_left_half_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "record.anchor"
    path.write_bytes(b"1 aa\n2 b\xff")
    assert Anchor(path).lines() == ["1 aa"]


def test_a_file_that_is_gone_is_never_made_anew(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    with pytest.raises(UserError, match="put back your copy"):
        anchor.expect()
    with pytest.raises(UserError, match="This is done and recorded, but its line could not be added"):
        anchor.add(1, "a" * 64)
    assert not anchor.made()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told_with_what_is_done_already(tmp_path: Path) -> None:
    path = tmp_path / "record.anchor"
    path.symlink_to("/dev/full")
    with pytest.raises(UserError) as caught:
        Anchor(path).add(1, "a" * 64)
    assert str(caught.value) == (
        f"This is done and recorded, but its line could not be added to {path} (No space left on device): "
        "see that the file can grow, and do not do it again."
    )


def test_a_line_cut_short_is_told_and_the_next_is_not_glued_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    anchor.make()
    writing = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, line: writing(file, line[:9]))
        with pytest.raises(
            UserError, match=r"is done and recorded, but .* \(only a part of it was written\)"
        ):
            anchor.add(1, "a" * 64)
    anchor.add(2, "b" * 64)
    anchor.add(3, "c" * 64)
    assert anchor.lines() == ["1 aaaaaaa", "2 " + "b" * 64, "3 " + "c" * 64]


def test_a_line_is_on_the_disk_before_it_counts_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor = Anchor(tmp_path / "record.anchor")
    anchor.make()

    def fail(_: int) -> None:
        assert anchor.lines() == ["1 " + "a" * 64]
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="Input/output error"):
        anchor.add(1, "a" * 64)
