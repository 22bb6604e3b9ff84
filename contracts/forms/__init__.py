"""The forms of contracts."""
