"""Benchmarks: each is one command, and prints figures beside a reference of the same run."""
