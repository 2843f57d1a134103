"""Cases have a closing day and a status, lists are longer and the terms' own; allegations and findings."""

from alembic import op

from data.tables import ledger_tables

revision = "0009"
down_revision = "0008"

NEW = ("allegations", "findings")
WIDER = (
    "applications", "risk_assessments", "reviews", "failures", "referrals", "referral_events",
    "duty_statuses", "contact_attempts",
)  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    tables = ledger_tables(connection.dialect)
    for name in WIDER:
        # Made anew, since SQLite cannot change a column; no table refers to one of row versions.
        op.execute(f"CREATE TABLE before AS SELECT * FROM {name}")
        op.execute(f"DROP TABLE {name}")
        tables.versions[name].create(connection)
        added = {"closed_on", "status"} if name == "applications" else set[str]()
        names = ", ".join(column.name for column in tables.versions[name].columns if column.name not in added)
        op.execute(f"INSERT INTO {name} ({names}) SELECT {names} FROM before")
        op.execute("DROP TABLE before")
    for name in NEW:
        if name in tables.keys:
            tables.keys[name].create(connection)
    for name in NEW:
        tables.versions[name].create(connection)
