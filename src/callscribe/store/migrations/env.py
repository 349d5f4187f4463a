"""Alembic's entry point: migrations run on the connection that `Database.migrate` hands over."""

from alembic import context

from callscribe.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
