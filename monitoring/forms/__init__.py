"""Monitoring as people type it."""
