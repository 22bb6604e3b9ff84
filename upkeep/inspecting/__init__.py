"""Inspections as rows, documents and pages: what the rules of `inspections` work on."""
