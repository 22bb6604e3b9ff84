"""What every part of the API shares: strict reading, pages, conditions, problems in the schema."""
