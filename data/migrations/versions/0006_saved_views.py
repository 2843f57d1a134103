"""A table of saved views."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("who", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("shared_with", sa.String(40), nullable=False),
        sa.Column("saved_at", sa.Double(), nullable=False),
    )
