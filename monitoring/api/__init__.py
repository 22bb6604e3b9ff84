"""The API's part about equipment: how it stands, outages. Reading only."""
