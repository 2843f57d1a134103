"""The key file: made once, closed to others, and a damaged line is known for one."""

from pathlib import Path

import pytest

from data.errors import UserError
from data.keys import Keys


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    keys = Keys(tmp_path / "record.keys")
    keys.make()
    return keys


def test_a_key_file_is_made_for_its_owner_alone_and_only_once(keys: Keys) -> None:
    text = keys.path.read_text()
    assert keys.path.stat().st_mode & 0o777 == 0o600
    keys.make()
    assert keys.path.read_text() == text
    assert [path.name for path in keys.path.parent.iterdir()] == ["record.keys"]


def test_a_new_key_is_the_last_and_the_old_ones_stay(keys: Keys) -> None:
    before = keys.read()
    name = keys.renew()
    after = keys.read()
    assert list(after) == [*before, name]
    assert len(set(after.values())) == 2
    assert {len(key) for key in after.values()} == {32}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_keys_that_others_may_read_are_refused(keys: Keys, mode: int) -> None:
    keys.path.chmod(mode)
    with pytest.raises(
        UserError, match=r"Others than its owner may read .*: close it with chmod 600 .*record\.keys"
    ):
        keys.read()


def test_a_damaged_line_is_refused_with_its_number_and_without_the_key(keys: Keys) -> None:
    keys.renew()
    first, second = keys.path.read_text().splitlines()
    for damaged in (
        second[:-2],
        second[:-1] + "g",
        second.replace(" ", ""),
        "0" + second,
        first[:8] + second[8:],
        "",
    ):
        keys.path.write_text(f"{first}\n{damaged}\n")
        with pytest.raises(UserError) as caught:
            keys.read()
        told = f"Line 2 of {keys.path} is not a key of the record: put back your copy of the file."
        assert str(caught.value) == told


def test_a_file_without_a_key_and_no_file_are_refused(keys: Keys) -> None:
    keys.path.write_text("")
    with pytest.raises(UserError, match="There is no key in"):
        keys.read()
    keys.path.unlink()
    with pytest.raises(UserError, match="name the place where it is in CANDOUR_RECORD_KEYS"):
        keys.read()
