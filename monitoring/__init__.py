"""The equipment: whether it answers, and what is done when it does not."""
