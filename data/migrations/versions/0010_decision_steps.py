"""The table of steps of decisions."""

from alembic import op

from data.tables import ledger_tables

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    connection = op.get_bind()
    ledger_tables(connection.dialect).decision_steps.create(connection)
