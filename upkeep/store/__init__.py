"""The store of backups: objects, what is in them, and their keys. Knows nothing of the database."""
