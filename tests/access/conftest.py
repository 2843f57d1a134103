"""One empty review for all who knock at its gate, and a desk in each of its modes."""

from pathlib import Path

import pytest

from access.services import Services
from access.sessions import Sessions
from access.settings import Limits, Mode, Settings, SignIn
from data.review import Review, new_review
from tests.access.knocking import Knocker
from tests.conftest import TERMS


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def made(folder: Path, *, demonstration: bool) -> Review:
    terms = folder / "terms-to-be.toml"
    terms.write_text(f"demonstration = {str(demonstration).lower()}\n{TERMS}")
    return new_review(folder / "review", terms)


@pytest.fixture(scope="session")
def empty_review(tmp_path_factory) -> Review:
    return made(tmp_path_factory.mktemp("real"), demonstration=False)


@pytest.fixture(scope="session")
def empty_demonstration(tmp_path_factory) -> Review:
    return made(tmp_path_factory.mktemp("demo"), demonstration=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sign_in_settings() -> Settings:
    return Settings(
        mode=Mode.SIGN_IN,
        address="https://candour.example",
        sign_in=SignIn(
            metadata="https://login.example/.well-known/openid-configuration",
            client_id="candour",
            client_secret_file=Path("client.secret"),
            cookie_secret_file=Path("cookie.secret"),
            roles={"analyst": ("Analysts",), "press officer": ("Press", "Media")},
        ),
    )


@pytest.fixture
def sessions(empty_review, clock) -> Sessions:
    return Sessions(empty_review.ledger, Limits(), clock)


@pytest.fixture
def desk(empty_review, sign_in_settings, sessions) -> Services:
    """The desk of a review where people sign in."""
    return Services(empty_review, sign_in_settings, sessions)


@pytest.fixture
def knocker(desk) -> Knocker:
    """Somebody at the gate of a review where people sign in."""
    return Knocker(lambda: desk, host="candour.example", client=("203.0.113.7", 50_000))


@pytest.fixture
def owner(empty_review, clock) -> Knocker:
    """Somebody on the machine of a review for one user."""
    settings = Settings(mode=Mode.SINGLE_USER)
    desk = Services(empty_review, settings, Sessions(empty_review.ledger, settings.sessions, clock))
    return Knocker(lambda: desk)


@pytest.fixture
def visitor(empty_demonstration, clock) -> Knocker:
    """Somebody on the machine of a demonstration."""
    settings = Settings()
    desk = Services(
        empty_demonstration, settings, Sessions(empty_demonstration.ledger, settings.sessions, clock)
    )
    return Knocker(lambda: desk)
