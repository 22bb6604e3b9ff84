"""The rules of firmware: which version is newer, whom an advisory concerns, who is first. Pure."""
