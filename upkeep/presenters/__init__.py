"""What the pages of upkeep show."""
