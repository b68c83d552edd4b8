"""Decisions in plain Python: data in, data out, no database."""

from . import unassigned
