"""Upkeep in the API."""
