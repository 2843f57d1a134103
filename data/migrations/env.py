"""How Alembic runs the migrations: in the transaction that it is handed, and in no other."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
