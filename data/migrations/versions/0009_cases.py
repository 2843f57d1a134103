"""Cases have a closing day and a status and may lack route and area; allegations and findings are new."""

from alembic import op

from data.tables import ledger_tables

revision = "0009"
down_revision = "0008"

NEW = ("allegations", "findings")


def upgrade() -> None:
    connection = op.get_bind()
    tables = ledger_tables(connection.dialect)
    cases = tables.versions["applications"]
    # Made anew, since SQLite cannot let an existing column be empty; no table refers to it.
    op.execute("CREATE TEMPORARY TABLE before AS SELECT * FROM applications")
    op.execute("DROP TABLE applications")
    cases.create(connection)
    added = {"closed_on", "status"}
    names = ", ".join(column.name for column in cases.columns if column.name not in added)
    op.execute(f"INSERT INTO applications ({names}) SELECT {names} FROM before")
    op.execute("DROP TABLE before")
    for name in NEW:
        if name in tables.keys:
            tables.keys[name].create(connection)
    for name in NEW:
        tables.versions[name].create(connection)
