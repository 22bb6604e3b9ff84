"""Probes against the servers that are really out there, installed from Debian (make test-lab)."""
