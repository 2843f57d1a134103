"""What the database itself refuses: to forget a row version, or to write over one.

A row version may be closed once, by setting `recorded_to` and `closed_by`, and nothing else of it
may ever change. Loads, receipts, quarantine and known keys may not change at all.
"""

import sqlalchemy as sa
from sqlalchemy import event

CLOSING = ("recorded_to", "closed_by")
REFUSAL = "the ledger is append-only"


def guard(metadata: sa.MetaData, closable: set[str], free: set[str]) -> None:
    """Have every table but the `free` refuse deletion, and any change but the closing of the `closable`."""
    for table in metadata.sorted_tables:
        if table.name in free:
            continue
        kept = [column.name for column in table.columns if column.name not in CLOSING]
        fixed = kept if table.name in closable else list(table.columns.keys())
        _on_sqlite(table, fixed, closable=table.name in closable)
        _on_postgres(table, fixed, closable=table.name in closable)


def _on_sqlite(table: sa.Table, fixed: list[str], *, closable: bool) -> None:
    changed = _changed(fixed, "IS NOT", closable=closable)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for name, moment in (
        ("kept", f"BEFORE DELETE ON {table.name}"),
        ("fixed", f"BEFORE UPDATE ON {table.name} WHEN {changed}"),
        # INSERT OR REPLACE forgets the row in its way, and no trigger on deletion hears of it.
        ("anew", f"BEFORE INSERT ON {table.name} WHEN {_in_its_way(table, closable=closable)}"),
    ):
        _after_create(table, "sqlite", f"CREATE TRIGGER {table.name}_{name} {moment} {refuse}")


def _in_its_way(table: sa.Table, *, closable: bool) -> str:
    key = [column.name for column in table.primary_key if column.name != "opened_by" or not closable]
    same = " AND ".join(f'"{name}" = NEW."{name}"' for name in key)
    if closable:
        same += " AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)"
    there = f'EXISTS (SELECT 1 FROM "{table.name}" WHERE'
    # A row that brings no number of its own has -1 here.
    return f"{there} {same}) OR NEW.rowid > 0 AND {there} rowid = NEW.rowid)"


def _on_postgres(table: sa.Table, fixed: list[str], *, closable: bool) -> None:
    changed = _changed(fixed, "IS DISTINCT FROM", closable=closable)
    _after_create(
        table,
        "postgresql",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    )
    for name, moment in (("kept", "BEFORE DELETE"), ("whole", "BEFORE TRUNCATE")):
        each = "STATEMENT" if name == "whole" else "ROW"
        _after_create(
            table,
            "postgresql",
            f'CREATE TRIGGER "{table.name}_{name}" {moment} ON "{table.name}" '
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()",
        )
    _after_create(
        table,
        "postgresql",
        f'CREATE TRIGGER "{table.name}_fixed" BEFORE UPDATE ON "{table.name}" '
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_change()",
    )


def _changed(fixed: list[str], differs: str, *, closable: bool) -> str:
    changes = [f'NEW."{name}" {differs} OLD."{name}"' for name in fixed]
    return " OR ".join([*changes, *(["OLD.closed_by IS NOT NULL"] if closable else [])])


def _after_create(table: sa.Table, dialect: str, statement: str) -> None:
    # DDL reads a percent sign as the start of a placeholder; none of these has one.
    event.listen(table, "after_create", sa.DDL(statement).execute_if(dialect=dialect))
