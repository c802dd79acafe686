"""The history of the database: one step a file, run in order by Alembic."""
