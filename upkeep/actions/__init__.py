"""What upkeep does, one verb a file."""
