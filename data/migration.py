"""The shape of a ledger's tables, brought from one version of Candour to the next by Alembic.

Each migration is SQL that was written down once, for each kind of database, and is never changed
again: tables made from today's definitions would make yesterday's ledger differ from itself.
"""

from functools import cache
from pathlib import Path

import sqlalchemy as sa

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = MIGRATIONS / "versions"
REVISIONS = tuple(sorted(path.stem.partition("_")[0] for path in VERSIONS.glob("*.py")))
"""Every shape that this version of Candour can bring a ledger from; the last is the one it reads."""

NEWEST = REVISIONS[-1]
BEFORE_MIGRATIONS = "0001"


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision of the ledger's shape; None where there is no ledger, or one without an id."""
    found = sa.inspect(connection)
    if found.has_table("alembic_version"):
        return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if found.has_table("review") and "id" in {each["name"] for each in found.get_columns("review")}:
        return BEFORE_MIGRATIONS
    return None


def migrate(connection: sa.Connection, revision: str = NEWEST) -> None:
    """Bring a ledger, or an empty database, to a revision, in the transaction of `connection`."""
    # Alembic takes a fifth of a second to import, and only a change of shape needs it.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if not sa.inspect(connection).has_table("alembic_version") and revision_of(connection):
        command.stamp(config, BEFORE_MIGRATIONS)
    command.upgrade(config, revision)


def run_frozen(name: str) -> None:
    """Run the SQL written down for one migration; Alembic calls this through the migration."""
    from alembic import op

    connection = op.get_bind()
    for statement in _statements(VERSIONS / f"{name}.{connection.dialect.name}.sql"):
        connection.exec_driver_sql(statement)


@cache
def _statements(path: Path) -> list[str]:
    # An empty line parts two statements: a trigger has semicolons of its own.
    return path.read_text(encoding="utf-8").strip().split("\n\n")
