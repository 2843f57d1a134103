"""The settings that are shipped as an example are settings."""

from pathlib import Path

import pytest

from access.roles import Role
from access.settings import Mode, read_settings
from tests.deploy.site import ROOT


@pytest.fixture
def shipped(monkeypatch):
    monkeypatch.setenv("CANDOUR_SETTINGS", str(ROOT / "deploy" / "settings.toml"))
    return read_settings(Path("elsewhere"))


def test_the_example_is_read_and_signs_readers_in_over_https(shipped):
    assert shipped.mode is Mode.SIGN_IN
    assert shipped.secure
    assert shipped.cookie == "__Host-candour"
    assert shipped.sign_in.client_secret_file == ROOT / "deploy" / "client.secret"


def test_the_example_gives_each_role_to_its_own_group(shipped):
    for role, (group,) in shipped.sign_in.roles.items():
        assert shipped.sign_in.roles_of({"roles": [group]}) == (role,)
    assert set(shipped.sign_in.roles) == set(Role)


def test_no_secret_is_shipped():
    names = {path.name for path in (ROOT / "deploy").rglob("*") if path.is_file()}
    assert not {name for name in names if name.endswith((".secret", ".key", ".pem", ".pgpass", ".password"))}
