"""The table of dated notes on figures."""

from alembic import op

from data.tables import ledger_tables

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    connection = op.get_bind()
    ledger_tables(connection.dialect).notes.create(connection)
