"""The deployment's settings: what does not fit is refused in one sentence that says what to do."""

import pytest
from pydantic import ValidationError

from access.roles import Role
from access.settings import Mode, Settings, loopback, read_secret, read_settings
from data.errors import UserError
from data.review import SETTINGS

SIGN_IN = """\
mode = "sign-in"
address = "https://candour.example"

[sign_in]
metadata = "https://login.example/.well-known/openid-configuration"
client_id = "candour"
client_secret_file = "client.secret"
cookie_secret_file = "/etc/candour/cookie.secret"

[sign_in.roles]
analyst = ["Analysts"]
"""


def read(folder, text: str) -> Settings:
    (folder / SETTINGS).write_text(text)
    return read_settings(folder)


def test_without_settings_there_is_a_demonstration_and_nothing_else(tmp_path):
    settings = read_settings(tmp_path)
    assert (settings.mode, settings.cookie, settings.host) == (Mode.DEMONSTRATION, "candour", "")
    settings.suit(demonstration=True)
    with pytest.raises(UserError, match=r"real data and no sign-in is set up: set mode to 'sign-in'"):
        settings.suit(demonstration=False)


@pytest.mark.parametrize("mode", ["single-user", "sign-in"])
def test_real_data_may_be_looked_at_where_readers_are_known(tmp_path, mode):
    settings = read(tmp_path, SIGN_IN if mode == "sign-in" else f'mode = "{mode}"')
    settings.suit(demonstration=False)
    settings.suit(demonstration=True)
    assert settings.mode == mode


def test_secrets_lie_beside_the_settings_unless_they_say_where(tmp_path):
    found = read(tmp_path, SIGN_IN).sign_in
    assert found.client_secret_file == tmp_path / "client.secret"
    assert str(found.cookie_secret_file) == "/etc/candour/cookie.secret"
    assert found.roles == {Role.ANALYST: ("Analysts",)}
    assert found.prompt == "login"


def test_the_settings_that_are_named_count_and_must_be_there(tmp_path, monkeypatch):
    named = tmp_path / "elsewhere.toml"
    monkeypatch.setenv("CANDOUR_SETTINGS", str(named))
    with pytest.raises(UserError, match="elsewhere"):
        read_settings(tmp_path)
    named.write_text('mode = "single-user"')
    assert read_settings(tmp_path).mode is Mode.SINGLE_USER


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"sign-in"', '"open"', "mode"),
        ('"sign-in"', '"single-user"', "the mode 'sign-in' and the section .sign_in. go together"),
        ('address = "https://candour.example"', "", "needs the address that readers' browsers use"),
        (
            "https://candour.example",
            "http://candour.example",
            "'http://candour.example' is not an https address",
        ),
        ("https://candour.example", "candour.example", "write the address like https://"),
        ("https://candour.example", "https://candour.example/x", "write the address like https://"),
        ("https://candour.example", "https://candour.example?x", "write the address like https://"),
        ("https://candour.example", "https://me@candour.example", "write the address like https://"),
        ("https://candour.example", "https://", "write the address like https://"),
        ("https://candour.example", "https://candour.example:port", "address"),
        ("https://login", "http://login", "is not an https address"),
        ("https://login", "ftp://login", "is not an https address"),
        ('client_id = "candour"', "", "client_id"),
        ("analyst =", "analysts =", "analysts"),
        ('["Analysts"]', "7", "analyst"),
        ('mode = "sign-in"', 'mode = "sign-in"\nmood = "x"', "mood"),
        ('mode = "sign-in"', "mode =", SETTINGS),
        ('mode = "sign-in"', 'mode = "sign-in"\nmarking = ""', "marking"),
        ("[sign_in]", "[sessions]\nidle_minutes = 0\n[sign_in]", "idle_minutes"),
        ("[sign_in]", "[sessions]\nidle_minutes = 61\n[sign_in]", "idle_minutes"),
        ("[sign_in]", "[sessions]\nlongest_hours = 25\n[sign_in]", "longest_hours"),
        ("[sign_in]", "[sessions]\nlongest_hours = nan\n[sign_in]", "longest_hours"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(tmp_path, before, after, said):
    assert before in SIGN_IN
    with pytest.raises(UserError, match=said) as refused:
        read(tmp_path, SIGN_IN.replace(before, after))
    assert SETTINGS in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_sign_in_there_is_no_address_to_reach_from_elsewhere(tmp_path):
    with pytest.raises(UserError, match="the other modes are on loopback only"):
        read(tmp_path, 'mode = "single-user"\naddress = "https://candour.example"')


@pytest.mark.parametrize(
    ("written", "host", "secure"),
    [
        ("https://candour.example/", "candour.example", True),
        ("https://Candour.Example:443", "candour.example", True),
        ("https://candour.example:8443", "candour.example:8443", True),
        ("http://localhost:8501", "localhost:8501", False),
        ("http://127.0.0.1:80", "127.0.0.1", False),
        ("http://[::1]:8501", "[::1]:8501", False),
    ],
)
def test_the_address_is_kept_as_browsers_say_it(tmp_path, written, host, secure):
    settings = read(tmp_path, SIGN_IN.replace("https://candour.example", written))
    assert (settings.host, settings.secure) == (host, secure)
    assert settings.cookie == ("__Host-candour" if secure else "candour")


def test_settings_cannot_be_changed_under_way():
    with pytest.raises(ValidationError):
        Settings().mode = Mode.SINGLE_USER


def test_a_secret_is_read_from_its_own_file_alone(tmp_path):
    path = tmp_path / "secret"
    with pytest.raises(UserError, match="make one with: openssl rand"):
        read_secret(path)
    path.write_text("0123456789abcdef\n")
    path.chmod(0o644)
    with pytest.raises(UserError, match="Everybody on this machine may read"):
        read_secret(path)
    path.chmod(0o640)
    assert read_secret(path) == "0123456789abcdef"
    path.write_text("0123456789abcde\n")
    with pytest.raises(UserError, match="too short") as refused:
        read_secret(path)
    assert "0123" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501", "127.255.0.1", "[::1]", "LocalHost:80"])
def test_this_machine_is_known_by_its_own_names(host):
    assert loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "example",
        "0.0.0.0",
        "[::]",
        "::1:80",
        "localhost.",
        "localhost\t",
        "a@localhost",
        "[",
        "localhost:x",
    ],
)
def test_nothing_else_is_this_machine(host):
    assert not loopback(host)
