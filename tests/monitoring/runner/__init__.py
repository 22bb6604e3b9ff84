"""Tests of the probe runner."""
