"""What PostgreSQL lets its two roles do, the pages' reader and the loader, and the refusal of any more."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from data.connection import reading, writing
from data.errors import UserError, refusal
from data.guards import CLOSING
from data.ledger import Ledger
from data.tables import Tables

# Each word is PostgreSQL's own, so that what is granted can be asked for again by the same word.
BY_COLUMN = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
WHOLE = ("DELETE", "TRUNCATE", "TRIGGER")
POWERS = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


@dataclass(frozen=True)
class Rights:
    by_table: dict[str, frozenset[str]]
    closes: frozenset[str] = frozenset()

    def hold(self, table: str, privilege: str, column: str) -> bool:
        closing = privilege == "UPDATE" and table in self.closes and column in CLOSING
        return closing or privilege in self.by_table.get(table, frozenset())


def _rights(tables: Tables) -> tuple[Rights, Rights]:
    names = [*(table.name for table in tables.metadata.sorted_tables), "alembic_version"]
    read, add = frozenset({"SELECT"}), frozenset({"SELECT", "INSERT"})
    reads, adds = dict.fromkeys(names, read), dict.fromkeys(names, add)
    own = (*tables.publishing, "notes", "decision_steps")
    added = dict.fromkeys((*own, "record"), add)
    visits = dict.fromkeys(("sessions", "saved_views"), frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"}))
    fixed = dict.fromkeys(("review", *own, "saved_views", "alembic_version"), read)
    closes = frozenset(table.name for table in tables.versions.values())
    return Rights(reads | added | visits), Rights(adds | fixed | {"sessions": frozenset()}, closes)


def grant(ledger: Ledger, reader: str, loader: str | None = None) -> None:
    """Run as the tables' owner, after each migration; UserError, all undone, where a role may do more."""
    if ledger.engine.dialect.name != "postgresql":
        raise refusal("no_roles")
    if loader == reader:
        raise UserError("The reader and the loader are one role: name two, so that no page can load.")
    with writing(ledger.engine) as connection:
        for role, rights in zip((reader, loader), _rights(ledger.tables), strict=True):
            if role is None:
                continue
            _refuse_powers(connection, role)
            for statement in _statements(connection, role, rights):
                connection.exec_driver_sql(statement)
            _refuse_surplus(connection, role, rights)


def expect_loader(ledger: Ledger) -> None:
    if ledger.engine.dialect.name != "postgresql":
        return
    with reading(ledger.engine) as connection:
        if connection.scalar(sa.text("SELECT has_table_privilege('loads', 'INSERT')")):
            return
        role = _scalar(connection, "SELECT current_user")
        # The owner may too, and could take the guards away: nobody is sent there.
        query = sa.text(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper "
            "AND has_table_privilege(pg_roles.oid, 'loads', 'INSERT') AND NOT pg_has_role(pg_roles.oid, "
            "(SELECT relowner FROM pg_class WHERE oid = CAST('loads' AS regclass)), 'MEMBER') "
            "ORDER BY rolname"
        )
        loaders = [str(loader) for loader in connection.execute(query).scalars()]
    if not loaders:
        raise refusal("no_loader", role=role)
    raise refusal("not_the_loader", role=role, loaders=" or ".join(map(repr, loaders)))


def _statements(connection: sa.Connection, role: str, rights: Rights) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote
    to, schema = quote(role), quote(_scalar(connection, "SELECT current_schema()"))
    database = quote(_scalar(connection, "SELECT current_database()"))
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {to}"
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {to}"
    # A temporary table is a table too, and nothing here needs one.
    yield f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {to}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {to}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {to}"
    for table, privileges in rights.by_table.items():
        if privileges:
            yield f"GRANT {', '.join(sorted(privileges))} ON {schema}.{quote(table)} TO {to}"
    for table in sorted(rights.closes):
        yield f"GRANT UPDATE ({', '.join(CLOSING)}) ON {schema}.{quote(table)} TO {to}"


def _refuse_powers(connection: sa.Connection, role: str) -> None:
    query = sa.text(f"SELECT {' OR '.join(POWERS)} FROM pg_roles WHERE rolname = :role")
    powers = connection.execute(query, {"role": role}).first()
    if powers is None:
        raise refusal("no_such_role", role=role)
    if powers[0]:
        raise refusal("powerful_role", role=role)
    owned = sa.text(
        "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
        "AND pg_has_role(:role, relowner, 'MEMBER')"
    )
    if connection.scalar(owned, {"role": role}):
        raise refusal("owning_role", role=role)


def _refuse_surplus(connection: sa.Connection, role: str, rights: Rights) -> None:
    broad = sa.text(
        "SELECT has_database_privilege(:role, current_database(), 'CREATE') AS \"CREATE in the database\", "
        "has_database_privilege(:role, current_database(), 'TEMPORARY') AS \"TEMPORARY tables\", "
        "has_schema_privilege(:role, current_schema(), 'CREATE') AS \"CREATE in the schema\""
    )
    fine = sa.text(
        "SELECT relname, privilege, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, "
        "unnest(CAST(:by_column AS text[])) AS privilege "
        "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 "
        "AND has_column_privilege(:role, pg_class.oid, attnum, privilege) "
        "UNION ALL SELECT relname, privilege, '' FROM pg_class, unnest(CAST(:whole AS text[])) AS privilege "
        "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' "
        "AND has_table_privilege(:role, pg_class.oid, privilege)"
    )
    asked = {"role": role, "by_column": list(BY_COLUMN), "whole": list(WHOLE)}
    may = connection.execute(broad, {"role": role}).mappings().one()
    more = {
        (table, privilege)
        for table, privilege, column in connection.execute(fine, asked)
        if not rights.hold(table, privilege, column)
    }
    surplus = [name for name, so in may.items() if so]
    surplus += [f"{privilege} on {table}" for table, privilege in sorted(more)]
    if surplus:
        raise refusal("surplus_rights", role=role, surplus=", ".join(surplus[:3]))


def _scalar(connection: sa.Connection, query: str) -> str:
    return str(connection.scalar(sa.text(query)))
