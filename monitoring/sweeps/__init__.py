"""What monitoring does by itself, by rows."""
