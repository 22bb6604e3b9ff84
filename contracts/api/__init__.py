"""The API's part about sites, devices, contracts and calendars."""
