"""Changes of a system's programming: what can be changed, shown, and undone. Pure."""
