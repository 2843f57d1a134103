"""Changes of the terms of reference that a file suggests, written with a load that a person confirmed."""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from data.errors import UserError
from data.intake.extract import folded
from data.review import STARTER
from data.stable_file import read_stable
from data.terms import FROM_DATA, Stages, Terms, fitted

BETWEEN = " | "  # codes of one list
SECTIONS, OWN = ("case", "stages", "period", "lists"), ("adverse", "undecided", "failed")
"""What a file may suggest. What is published, and which numbers are hidden, only the file of terms says."""
TITLES = {
    "case.one": "A case is called", "case.many": "Several are called", "case.closed_by": "A case ends by its",
    "period.begins": "First day in scope", "period.ends": "Last day in scope",
    "adverse": "Findings that are adverse", "undecided": "Findings and decisions that stand for none yet",
}  # fmt: skip
Changes = dict[str, Any]
"""Settings by their dotted names, like `lists.areas`."""


def title_of(name: str) -> str:
    if name.startswith("stages."):
        return f"Word for {name.removeprefix('stages.').replace('_', ' ')}"
    return TITLES.get(name) or f"List of {name.removeprefix('lists.').replace('_', ' ')}"


def changes_in(text: str) -> Changes:
    """UserError: the text is no TOML, or has a setting that no file may suggest."""
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"The changes of the terms are not valid TOML: {error}.") from None
    changes: Changes = {}
    for name, setting in sections.items():
        if name in SECTIONS and isinstance(setting, dict):
            changes |= {f"{name}.{key}": value for key, value in setting.items()}  # pyright: ignore
        elif name in OWN:
            changes[name] = setting
        else:
            raise UserError(f"{name!r} of the terms cannot be changed with a file: edit terms.toml.")
    return changes


def text_of(changes: Changes) -> str:
    return _with(tomlkit.document(), changes).as_string()


def current(terms: Terms, name: str) -> Any:  # noqa: ANN401  # as TOML has it
    section, _, key = name.partition(".")
    if section == "lists":
        return FROM_DATA if key in terms.lists_from_data else list(terms.codes(key))
    setting = getattr(getattr(terms, section), key, "") if key else getattr(terms, section)
    return list(setting) if isinstance(setting, tuple) else setting  # pyright: ignore


def drafted(folder_terms: Path, terms: Terms, changes: Changes) -> tuple[Changes, tuple[str, ...]]:
    """Return changes that are none yet, and the names of those that take nothing from anybody.

    A list that the terms have is extended. Terms that nobody has edited since they were made are replaced.
    """
    is_starter = folder_terms.read_bytes() == STARTER.read_bytes()
    news: Changes = {}
    usual = {f"stages.{name}": noun for name, noun in Stages().model_dump().items()}
    for name, setting in changes.items():
        now = current(terms, name)
        # The usual word for a stage takes the place of no other.
        wanted = now if usual.get(name) == setting else setting
        if isinstance(now, list) and now and not is_starter:
            wanted = extended(now, setting) if isinstance(setting, list) else now  # pyright: ignore
        if wanted != now:
            news[name] = wanted
    return news, tuple(name for name in news if is_starter or current(terms, name) in ([], ""))


def extended(codes: Sequence[str], more: Iterable[str]) -> list[str]:
    known = set(map(folded, codes))
    return [*codes, *(code for code in more if folded(code) not in known)]


def amended(path: Path, changes: Mapping[str, Any], *, is_new: bool) -> tuple[str, Terms]:
    """Return the text of terms with changes, and what it says. is_new: whether nothing was loaded yet.

    UserError: the terms would not hold, or what was loaded could lose its meaning.
    """
    text = read_stable(path).decode()
    before = fitted(Terms, tomllib.loads(text), path.name)
    try:
        written_anew = _with(tomlkit.parse(text), changes).as_string()
    except TOMLKitError as error:
        raise UserError(f"The changes cannot be written into {path.name}: {error}.") from error
    after = fitted(Terms, tomllib.loads(written_anew), path.name)
    for name in () if is_new else changes:
        if not name.startswith("lists."):
            raise UserError(f"{title_of(name)}: this can change only before the first load.")
        was, now = current(before, name), current(after, name)
        if was != FROM_DATA and (now == FROM_DATA or not set(was) <= set(now)):
            raise UserError(f"{title_of(name)}: a list can only gain codes once there is a load.")
    return written_anew, after


def _with(document: Any, changes: Mapping[str, Any]) -> Any:  # noqa: ANN401  # tomlkit's own types are partly unknown
    # Settings of their own come before every section.
    for name, setting in sorted(changes.items(), key=lambda change: "." in change[0]):
        section, _, key = name.partition(".")
        place: Any = document
        if key:
            if section not in document:
                document[section] = tomlkit.table()
            place = document[section]
        place[key or section] = tomlkit.item(setting)
    return document


def written(setting: object) -> str:
    return BETWEEN.join(map(str, setting)) if isinstance(setting, list) else str(setting)  # pyright: ignore


def read_as(like: object, text: str) -> object:
    """Read a setting as somebody typed it. like: what it was; UserError: it is no day."""
    if isinstance(like, dt.date):
        try:
            return dt.date.fromisoformat(text.strip())
        except ValueError:
            raise UserError(f"{text!r} is no day: write it as 2024-01-31.") from None
    if isinstance(like, list) and text.strip() != FROM_DATA:
        return [code.strip() for code in text.split(BETWEEN.strip()) if code.strip()]
    return text.strip()
