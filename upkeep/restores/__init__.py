"""Restores and rehearsals: their steps, their preflight, when they are owed (clause RESTORE)."""
