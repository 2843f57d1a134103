"""What of a ledger is not as the record has it."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from data import decisions
from data.errors import Unverified
from data.load_digests import unsealed
from data.notes import unsigned
from data.publishing.release import missteps
from data.record import Signed
from data.schema import identity
from data.tables import Tables


def _keys_unlike_rows(connection: sa.Connection, tables: Tables) -> list[str]:
    unlike: list[str] = []
    for name, keys in tables.keys.items():
        both = sa.select(keys), sa.select(tables.versions[name].c[identity(name)])
        if any(connection.execute(sa.except_(*pair).limit(1)).first() for pair in (both, both[::-1])):
            unlike.append(f"The keys of {name} are not those of its rows.")
    return unlike


def altered(
    connection: sa.Connection, tables: Tables, signed: Signed, *, older: bool = False
) -> Iterator[str]:
    """Say what of loads, releases, notes and decisions is not as the record has it.

    older: whether loads may be there that no entry has sealed.
    """
    checks: dict[str, Callable[[], list[str]]] = {
        "loads": lambda: unsealed(connection, tables, signed, older=older),
        "keys": lambda: _keys_unlike_rows(connection, tables),
        "releases": lambda: missteps(connection, tables.publishing, signed),
        "notes": lambda: unsigned(connection, tables),
        "decisions": lambda: decisions.vouched(connection, tables, signed)[1],
    }
    for what, check in checks.items():
        try:
            yield from check()
        except Unverified as error:
            yield str(error)
        except (TypeError, ValueError, AttributeError) as error:
            # A cell that is not of its column's type, such as a day that is none.
            yield f"Rows of the {what} cannot be read ({type(error).__name__}): they were altered."
