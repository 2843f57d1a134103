"""What the record says of each row of a release, and whether it vouches for the rows that are there."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from data.errors import UserError
from data.publishing.content import Override
from data.publishing.release_tables import EARLY_READERS, OVERRIDES, RELEASES, STEPS
from data.publishing.states import person
from data.record import Kind, Row

ROW = "; row "
LONGEST_TEXT = 900
_ABOUT = re.compile(r"release (\d+)[ :]")
_OLD_ALARM = " alarm overruled: "
_SIGNED = {STEPS: "step", EARLY_READERS: "entry", OVERRIDES: "entry"}

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def scope_of(table: sa.Table, release: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return what the record says of a row; the digest is of all its cells and of its release's."""
    return sealed(_text(table.name, row), table, row, dict(release))


def sealed(text: str, table: sa.Table, row: Mapping[str, Any], *more: object) -> str:
    """Return a text with the digest of a row's cells, and of what more it rests on."""
    cells = {column.name: row.get(column.name) for column in table.columns}
    written = json.dumps([table.name, *more, cells], sort_keys=True, default=repr)
    return f"{text}{ROW}{hashlib.sha256(written.encode()).hexdigest()}"


def alarm_scope(release: int, alarm: str) -> str:
    # With a comma: it is about no row of its own.
    return f"release {release}, alarm overruled: {alarm}"[:LONGEST_TEXT]


def _text(table: str, row: Mapping[str, Any]) -> str:
    release = row["release"]
    if table == STEPS:
        frozen, public = row.get("frozen"), row.get("published_at")
        parts = f"release {release} {row['kind']}", frozen and f"sha256 {frozen}"
        return "; ".join(filter(None, (*parts, public and f"public from {public}")))
    if table == EARLY_READERS:
        may = "may look early" if row["given"] else "may no longer look early"
        return f"release {release}: {row['reader']} {may}"
    cell = Override.read(row["cell"])
    where = ", ".join(value or "not recorded" for value in cell.where)
    decided = "told exactly" if row["given"] else "not told exactly"
    return f"release {release}: {cell.figure} {where} {decided}"[:LONGEST_TEXT]


def unsigned(tables: Mapping[str, sa.Table], rows: Rows, entries: Iterable[Row]) -> dict[int, str]:
    """Return what is wrong first with each release that the record does not vouch for, by its id.

    entries: of the record, their signatures checked. A release of which no row is left is named by them.
    """
    signed: dict[int, list[Row]] = {}
    for entry in entries:
        about = _ABOUT.match(entry.scope) if entry.kind == Kind.ADMINISTRATION else None
        if about and (ROW in entry.scope or not entry.scope[about.end() :].startswith(_OLD_ALARM)):
            signed.setdefault(int(about[1]), []).append(entry)
    wrong: dict[int, str] = {}
    for release in rows[RELEASES]:
        own = signed.pop(release["release"], [])
        for name, number in _SIGNED.items():
            for row in rows[name]:
                if row["release"] != release["release"]:
                    continue
                if entry := next((one for one in own if _vouches(one, tables[name], release, row)), None):
                    own.remove(entry)
                else:
                    fault = f"{number} {row[number]} of it is not as the record has it"
                    wrong.setdefault(release["release"], fault)
        if own:
            signed.setdefault(release["release"], own)
    lost = {
        release: f"it lacks what row {own[0].number} of the record says" for release, own in signed.items()
    }
    return lost | wrong


def _vouches(entry: Row, table: sa.Table, release: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    if (entry.who, entry.role, entry.reason) != (row["who"], row["role"], row["reason"]):
        return False
    try:
        scope = scope_of(table, release, row)
    except (UserError, TypeError, AttributeError):
        return False
    # Entries of an earlier version of Candour have no digest of the row: they vouch for what they say.
    of_words = ROW not in entry.scope and person(entry.scope) == person(scope.partition(ROW)[0])
    return entry.scope == scope or of_words
