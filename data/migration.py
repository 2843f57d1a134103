"""A ledger's tables: made from today's definitions, or brought to them by Alembic from an earlier release."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py")))
NEWEST = REVISIONS[-1]


def revision_of(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def create(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Make the tables, with what guards them, in an empty database, in the transaction of `connection`."""
    from alembic import command

    # Without asking for each table first: a table that is there already is an error.
    metadata.create_all(connection, checkfirst=False)
    command.stamp(_config(connection), NEWEST)


def migrate(connection: sa.Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), NEWEST)


def _config(connection: sa.Connection) -> "Config":
    # Alembic takes a fifth of a second to import, and only a change of tables needs it.
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
