"""The ledger as it was before it kept a record: row versions, keys, loads, receipts, quarantine."""

from data.migration import run_frozen

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_frozen("0001_ledger")
