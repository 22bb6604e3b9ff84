"""Django's PostgreSQL, as the portal uses it: an engine of DATABASES."""
