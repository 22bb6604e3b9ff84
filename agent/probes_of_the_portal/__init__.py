"""Where the portal's probes stand in the agent's wheel: nothing else of `monitoring` is in it."""
