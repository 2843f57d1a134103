"""The alarms of the statement check that an approval overruled."""

from data.migration import run_frozen

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_frozen("0005_overruled")
