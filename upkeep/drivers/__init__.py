"""How the data of a kind of system is taken and given back. Knows no rows."""
