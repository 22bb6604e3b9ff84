"""Campaigns of firmware: who is concerned, what is told, and the work on each device."""
