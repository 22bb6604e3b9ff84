"""Backups: their rules."""
