"""Tests of people, tenants and ways in."""
