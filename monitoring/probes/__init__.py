"""How equipment is asked whether it is well. Nothing here touches the database."""
