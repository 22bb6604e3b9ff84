"""Real servers are broken here, and what is left is looked at."""
