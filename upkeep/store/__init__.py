"""The store of backups: streams, objects, manifests, what is kept. Knows no rows."""
