"""A table of saved views."""

from alembic import op

from data.tables import ledger_tables

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    connection = op.get_bind()
    ledger_tables(connection.dialect).saved_views.create(connection)
