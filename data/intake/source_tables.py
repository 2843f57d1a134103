"""Find the table of another database that a mapping names."""

import sqlalchemy as sa

from data.errors import UserError


def located(engine: sa.Engine, source_table: str, shown: str) -> tuple[str | None, str]:
    """Return the schema and the name of the table or view that `source_table` names.

    A name with a dot may be a schema and a table, or a table whose own name has a dot.

    Raises:
        UserError: there is none; it says what is there.
    """
    found = sa.inspect(engine)
    if found.has_table(source_table):
        return None, source_table
    schema, _, table = source_table.rpartition(".")
    known = bool(schema) and schema in found.get_schema_names()
    if known and found.has_table(table, schema=schema):
        return schema, table
    if known:
        there = f"the schema {schema} of {shown} has no table {table!r}; it has: {_listed(found, schema)}."
        raise UserError(f"Of {source_table!r}, {there}")
    raise UserError(f"{shown} has no table {source_table!r}; it has: {_listed(found, None)}.")


def _listed(found: sa.Inspector, schema: str | None) -> str:
    names = [*found.get_table_names(schema=schema), *found.get_view_names(schema=schema)]
    return ", ".join(names) or "none"
