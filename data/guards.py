"""What the database itself refuses: any change to a row but that a row version is closed once."""

import sqlalchemy as sa
from sqlalchemy import event

CLOSING = ("recorded_to", "closed_by")
REFUSAL = "the ledger is append-only"
REFUSE = {
    "sqlite": f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "postgresql": "EXECUTE FUNCTION refuse_change()",
}
REFUSE_CHANGE = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
)


def guard(metadata: sa.MetaData, closable: set[str], free: set[str]) -> None:
    """Have every table but the `free` refuse deletion, and any change but the closing of the `closable`."""
    event.listen(metadata, "before_create", sa.DDL(REFUSE_CHANGE).execute_if(dialect="postgresql"))
    for table in metadata.sorted_tables:
        if table.name in free:
            continue
        on, row, closes = f"ON {table.name}", "FOR EACH ROW", table.name in closable
        fixed = _changed(table, "IS DISTINCT FROM", closable=closes)
        triggers = (
            ("sqlite", "kept", f"DELETE {on}"),
            ("sqlite", "fixed", f"UPDATE {on} WHEN {_changed(table, 'IS NOT', closable=closes)}"),
            # INSERT OR REPLACE forgets the row in its way, and no trigger on deletion hears of it.
            ("sqlite", "anew", f"INSERT {on} WHEN {_in_its_way(table, closable=closes)}"),
            ("postgresql", "kept", f"DELETE {on} {row}"),
            ("postgresql", "whole", f"TRUNCATE {on} FOR EACH STATEMENT"),
            ("postgresql", "fixed", f"UPDATE {on} {row} WHEN ({fixed})"),
        )
        for dialect, name, when in triggers:
            on_create(table, dialect, f"CREATE TRIGGER {table.name}_{name} BEFORE {when} {REFUSE[dialect]}")


def next_only(table: sa.Table, column: str) -> dict[str, list[str]]:
    """By dialect, what has a table refuse any row but the next: the largest number would stop all others."""
    refusal, name = f"{REFUSAL}, by one row of {table.name} at a time", f"{table.name}_next"
    last = f'1 + COALESCE((SELECT max("{column}") FROM "{table.name}"), 0)'
    trigger = f"CREATE TRIGGER {name} BEFORE INSERT ON {table.name}"
    function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
    raised = f"IF NEW.\"{column}\" <> {last} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW;"
    return {
        "sqlite": [
            f"{trigger} WHEN NEW.\"{column}\" IS NOT {last} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        ],
        "postgresql": [
            f"{function} $$ BEGIN {raised} END $$",
            f"{trigger} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ],
    }


def key(name: str, *references: sa.ForeignKey, large: bool = False) -> sa.Column[int]:
    # In SQLite an integer is as large as it has to be, and a key of that type is the row's own number.
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite") if large else sa.Integer()
    return sa.Column(name, kind, *references, primary_key=True, autoincrement=False)


def text(name: str, longest: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(longest) if longest else sa.Text(), nullable=False)


def check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=name)


def on_create(table: sa.Table, dialect: str, statement: str) -> None:
    # DDL reads a percent sign as the start of a placeholder.
    event.listen(table, "after_create", sa.DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))


def _in_its_way(table: sa.Table, *, closable: bool) -> str:
    columns = [column.name for column in table.primary_key if column.name != "opened_by" or not closable]
    same = " AND ".join(f'"{name}" = NEW."{name}"' for name in columns)
    if closable:
        same += " AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)"
    there = f'EXISTS (SELECT 1 FROM "{table.name}" WHERE'
    # A row that brings no number of its own has -1 here.
    return f"{there} {same}) OR NEW.rowid > 0 AND {there} rowid = NEW.rowid)"


def _changed(table: sa.Table, differs: str, *, closable: bool) -> str:
    names = [column.name for column in table.columns]
    fixed = [name for name in names if not (closable and name in CLOSING)]
    changes = [f'NEW."{name}" {differs} OLD."{name}"' for name in fixed]
    return " OR ".join([*changes, *(["OLD.closed_by IS NOT NULL"] if closable else [])])
