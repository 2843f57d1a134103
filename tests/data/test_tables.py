"""The ledger's tables, constraints, guards and rights are those in `ledger_schema.txt`, in both databases.

To write the file anew after an intended change: `CANDOUR_WRITE_SCHEMA=1 pytest tests/data/test_tables.py`.
"""

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data.connection import writing
from data.grants import grant
from data.ledger import Ledger
from data.migration import create
from data.tables import TYPES, rows_of

WRITTEN = Path(__file__).parent / "ledger_schema.txt"
IN_CATALOGUE = """
SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'
UNION ALL SELECT 'index', tablename::text, indexname::text, replace(indexdef, current_schema() || '.', '')
FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text,
tgenabled::text || ' ' || replace(pg_get_triggerdef(oid), current_schema() || '.', '')
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname::text, prosecdef::text, prosrc FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace
UNION ALL SELECT 'grant', table_name::text, grantee::text, string_agg(privilege_type, ' ' ORDER BY privilege_type)
FROM information_schema.role_table_grants WHERE table_schema = current_schema() AND grantee <> current_user
GROUP BY table_name, grantee
UNION ALL SELECT 'closing', table_name::text, grantee::text, string_agg(column_name, ' ' ORDER BY column_name)
FROM information_schema.role_column_grants WHERE table_schema = current_schema() AND grantee <> current_user
AND privilege_type = 'UPDATE' AND column_name IN ('recorded_to', 'closed_by') GROUP BY table_name, grantee
"""


@pytest.fixture
def roles(ledger_url: str) -> Iterator[dict[str, str]]:
    """The two roles' names in the server, where it has roles, and what the written file calls them."""
    if not ledger_url.startswith("postgresql"):
        yield {}
        return
    name = uuid.uuid4().hex[:12]
    roles = {f"reader_{name}": "reader", f"loader_{name}": "loader"}
    root = sa.create_engine(
        sa.make_url(ledger_url).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )
    with root.connect() as connection:
        for role in roles:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
    yield roles
    with root.connect() as connection:
        for role in roles:
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")


def described(connection: sa.Connection, roles: dict[str, str]) -> list[str]:
    """One line for each thing that the database says of itself: its kind, its table, its name, what it is."""
    database = sa.inspect(connection)
    lines = [("table", table, "", _columns(database, table)) for table in database.get_table_names()]
    if connection.dialect.name == "postgresql":
        lines += [tuple(row) for row in connection.exec_driver_sql(IN_CATALOGUE)]
    else:
        for table in database.get_table_names():
            lines += _constraints(database, table)
        query = (
            "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL"
        )
        lines += [tuple(row) for row in connection.exec_driver_sql(query)]
    text = [_spaced("\t".join(map(str, line)), roles) for line in lines]
    return sorted(f"{connection.dialect.name}\t{line}" for line in text)


def _columns(database: sa.Inspector, table: str) -> str:
    return ", ".join(
        f"{column['name']} {column['type']}{'' if column['nullable'] else ' NOT NULL'}"
        + (f" DEFAULT {column['default']}" if column.get("default") else "")
        for column in database.get_columns(table)
    )


def _constraints(database: sa.Inspector, table: str) -> Iterator[tuple[str, str, Any, str]]:
    yield "constraint", table, "", f"PRIMARY KEY {database.get_pk_constraint(table)['constrained_columns']}"
    for key in database.get_foreign_keys(table):
        columns = f"{key['constrained_columns']} -> {key['referred_table']}{key['referred_columns']}"
        yield "constraint", table, "", f"FOREIGN KEY {columns} {key.get('options', {})}"
    for check in database.get_check_constraints(table):
        yield "constraint", table, check["name"], f"CHECK {check['sqltext']}"
    for unique in database.get_unique_constraints(table):
        yield "constraint", table, unique["name"], f"UNIQUE {unique['column_names']}"


def _spaced(line: str, roles: dict[str, str]) -> str:
    for role, name in roles.items():
        line = line.replace(role, name)
    return re.sub(r"[^\S\t]+", " ", line).strip()


def test_a_new_ledger_has_the_tables_guards_and_rights_that_are_written_down(
    ledger_url: str, roles: dict[str, str]
) -> None:
    ledger = Ledger(ledger_url)
    with writing(ledger.engine) as connection:
        create(connection, ledger.tables.metadata)
    if roles:
        grant(ledger, *roles)
    with ledger.engine.connect() as connection:
        lines = described(connection, roles)
    dialect = ledger.engine.dialect.name
    ledger.engine.dispose()
    written = WRITTEN.read_text(encoding="utf-8").splitlines() if WRITTEN.exists() else []
    if os.environ.get("CANDOUR_WRITE_SCHEMA"):
        others = [line for line in written if not line.startswith(f"{dialect}\t")]
        WRITTEN.write_text("\n".join(sorted([*others, *lines])) + "\n", encoding="utf-8")
        return
    assert lines == [line for line in written if line.startswith(f"{dialect}\t")]


def test_a_table_without_rows_is_read_in_the_types_of_its_columns(blank_ledger_url: str) -> None:
    ledger = Ledger(blank_ledger_url)
    tables = ledger.tables.versions.values()
    with ledger.engine.connect() as connection:
        empty = {table.name: rows_of(connection, table) for table in tables}
    ledger.engine.dispose()
    assert {name: rows.height for name, rows in empty.items()} == dict.fromkeys(empty, 0)
    assert {table.name: dict(empty[table.name].schema) for table in tables} == {
        table.name: {column.name: TYPES[column.type.python_type] for column in table.columns}
        for table in tables
    }
