"""Celery tasks of upkeep: each calls one sweep."""
