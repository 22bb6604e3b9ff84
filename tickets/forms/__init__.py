"""Forms of the app, by what they ask."""
