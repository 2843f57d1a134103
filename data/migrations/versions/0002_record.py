"""Who looked at what, and who is signed in."""

from data.migration import run_frozen

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of the record and of the sessions, and what guards the record."""
    run_frozen("0002_record")
