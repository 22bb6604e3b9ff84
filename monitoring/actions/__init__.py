"""The verbs of monitoring, one a file."""
