"""Loads that were recorded on a wrong day, and the loads that took them out of every figure."""

from data.migration import run_frozen

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_frozen("0004_superseded")
