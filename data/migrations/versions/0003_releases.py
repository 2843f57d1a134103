"""What was published: releases, their steps, what was frozen of them, who may look early."""

from data.migration import run_frozen

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_frozen("0003_releases")
