"""Who runs a command: the machine's account, and not what the environment claims."""

import os
import sys

import pytest

from data.operator import at_the_keyboard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="accounts are another matter there")


@pytest.fixture(autouse=True)
def no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)


def test_another_name_in_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    monkeypatch.setenv("LOGNAME", "somebody else")
    monkeypatch.setenv("USER", "somebody else")
    assert at_the_keyboard() == pwd.getpwuid(os.getuid()).pw_name


def test_who_took_the_account_on_is_named_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    account = at_the_keyboard()
    monkeypatch.setenv("SUDO_USER", "amina")
    assert at_the_keyboard() == f"{account}, for amina"
    monkeypatch.setenv("SUDO_USER", account)
    assert at_the_keyboard() == account
    monkeypatch.setenv("SUDO_USER", "two\nlines")
    assert at_the_keyboard() == account


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    # As in a container that runs under a number of its own.
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_123)
    assert at_the_keyboard() == "account 2000000123"
