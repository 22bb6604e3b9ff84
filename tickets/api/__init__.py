"""The API's part about tickets."""
