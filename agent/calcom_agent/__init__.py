"""The agent at a site: asks equipment there on the portal's behalf.

It dials out over one TCP connection and listens on nothing. It runs the same probes as the portal
itself (`monitoring.probes`), asks only what its own list of networks allows, and has no shell.
"""

VERSION = "1.0.0"
