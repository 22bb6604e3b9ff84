"""The wiring of the portal."""
