"""The library for workbooks, loaded when somebody brings or takes one: it takes 10 MB. Pure."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def excel() -> Any:
    """Return openpyxl."""
    return import_module("openpyxl")
