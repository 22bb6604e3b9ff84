"""Tests of the monthly health check."""
