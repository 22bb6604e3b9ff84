"""Backups, restores, firmware, changes and inspections: what keeps equipment as it should be."""
