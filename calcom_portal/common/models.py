"""Nothing: a module is needed for `post_migrate` to reach this app."""
