"""The choices of a page under a name: for who saved them, and for one role with which they are shared."""

import json
import re
import time
import unicodedata
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from access.roles import Role
from access.visit import Refused, Visit
from data.connection import changing, reading
from data.errors import UserError
from data.ledger import Ledger
from data.record import Entry, Kind, Outcome
from data.tables import has_reference

# No load takes this lock: a view is saved while one runs, where the database lets two write.
SAVING_LOCK = 3778_0113
LONGEST_NAME = 60
MOST = 50
LONGEST_CHOICES = 20_000  # characters of JSON


class NameTakenError(UserError):
    """The reader has a view of that name, and did not ask to replace it."""


@dataclass(frozen=True)
class SavedView:
    """choices: texts by the name of the choice, as in an address. role: under which it was saved."""

    who: str
    name: str
    page: str
    choices: Mapping[str, Sequence[str]]
    role: Role
    shared_with: Role | None


class SavedViews:
    """`now` gives seconds since 1970. Every method raises `Refused` where the visit has ended."""

    def __init__(self, ledger: Ledger, now: Callable[[], float] = time.time) -> None:
        self._engine = ledger.engine
        self._table = ledger.tables.saved_views
        self._tables = ledger.tables
        self._now = now

    def save(
        self,
        visit: Visit,
        name: str,
        page: str,
        choices: Mapping[str, Sequence[str]],
        *,
        share: Role | None = None,
        pages: Mapping[Role, Container[str]],
        replace: bool = False,
    ) -> SavedView:
        """pages: titles that each role may open. UserError: the name, the number or the size is refused."""
        session = visit.session
        for role in filter(None, (session.role, share)):
            if page not in pages[role]:
                raise Refused(f"The role of {role} may not open {page}.")
        written = json.dumps({choice: list(texts) for choice, texts in choices.items()})
        if len(written) > LONGEST_CHOICES:
            raise UserError("This view has too many choices to be saved: choose fewer values.")
        view = SavedView(session.who, fitting_name(name), page, json.loads(written), session.role, share)
        row = {**vars(view), "choices": written, "shared_with": share or "", "saved_at": self._now()}
        heads = []
        with changing(self._engine, SAVING_LOCK) as connection:
            if has_reference(connection, self._tables, _parts(view.name)):
                raise UserError("The name holds a reference from the register: leave it out.")
            columns = self._table.c
            query = sa.select(columns.name).where(columns.who == view.who)
            names = set(connection.execute(query).scalars())
            if view.name in names and not replace:
                raise NameTakenError("You have a saved view of this name.")
            if len(names - {view.name}) >= MOST:
                raise UserError(f"You have {MOST} saved views, and that is the most: remove one first.")
            connection.execute(self._table.delete().where(*self._one(view.who, view.name)))
            connection.execute(self._table.insert(), row)
            if share is not None:
                scope = f"saved view of {page} shared with {share}"
                entry = Entry(Kind.ADMINISTRATION, view.who, view.role, scope, "", Outcome.ALLOWED)
                heads.append(visit.record.append(connection, entry))
        visit.record.committed(heads)
        return view

    def listed(self, visit: Visit, pages: Container[str]) -> list[SavedView]:
        """Return the reader's own and those shared with the role; pages: titles that the role may open."""
        session, columns = visit.session, self._table.c
        seen = sa.or_(columns.who == session.who, columns.shared_with == session.role)
        query = sa.select(self._table).where(seen).order_by(columns.name, columns.who)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [_view(row) for row in rows if row["page"] in pages]

    def remove(self, visit: Visit, name: str) -> None:
        with changing(self._engine) as connection:
            connection.execute(self._table.delete().where(*self._one(visit.session.who, name)))

    def _one(self, who: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
        return self._table.c.who == who, self._table.c.name == name


def _parts(name: str) -> set[str]:
    words = name.split()
    # A reference may have spaces in it, and a sentence puts marks round it.
    parts = {" ".join(words[first:last]) for last in range(len(words) + 1) for first in range(last)}
    return parts | {re.sub(r"^\W+|\W+$", "", part) for part in parts}


def fitting_name(name: str) -> str:
    """Return a name with single spaces; UserError: it is too long, or is no plain words."""
    fitting = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(fitting) <= LONGEST_NAME or not fitting.isprintable() or not re.search(r"\w", fitting):
        raise UserError(f"Give the view a name in plain words, of 1 to {LONGEST_NAME} characters.")
    return fitting


def _view(row: sa.RowMapping) -> SavedView:
    shared_with = Role(row["shared_with"]) if row["shared_with"] else None
    choices = json.loads(row["choices"])
    return SavedView(row["who"], row["name"], row["page"], choices, Role(row["role"]), shared_with)
