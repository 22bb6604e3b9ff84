"""Ways out of the portal."""
