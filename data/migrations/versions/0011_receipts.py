"""Receipts count the rows that a mapping leaves out, and those that it combines."""

from alembic import op

from data.tables import LATER_COUNTS, ledger_tables

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    connection = op.get_bind()
    receipts = ledger_tables(connection.dialect).receipts
    # Made anew, since SQLite cannot change a check; no table refers to it.
    op.execute("CREATE TABLE before AS SELECT * FROM receipts")
    op.execute("DROP TABLE receipts")
    receipts.create(connection)
    names = ", ".join(column.name for column in receipts.columns if column.name not in LATER_COUNTS)
    op.execute(f"INSERT INTO receipts ({names}) SELECT {names} FROM before")
    op.execute("DROP TABLE before")
