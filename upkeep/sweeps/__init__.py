"""What workers find to do in the rows of upkeep."""
