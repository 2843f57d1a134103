"""The tables that `data.migration.create` makes and stamps; what was before it was never released."""

revision = "0005"
down_revision = None
