"""The floor: the least that Django does for the same pages, without tenants, frame or rules."""
