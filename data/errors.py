import tomllib
from pathlib import Path
from typing import Any

REFUSALS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("refusals.toml").read_text(encoding="utf-8")
)


class UserError(Exception):
    """A mistake that the person at the keyboard can mend, in one sentence without a personal value."""


class Unverified(UserError):
    """The record does not vouch for what would be shown: whoever would use it has to know."""


def sentence(name: str, /, **values: object) -> str:
    """Sentence of `refusals.toml`, its fields filled with `values`."""
    return REFUSALS["sentences"][name].format(**values)


def refusal(name: str, /, **values: object) -> UserError:
    return UserError(sentence(name, **values))
