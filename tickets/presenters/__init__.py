"""From rows and clocks to what the templates print."""
