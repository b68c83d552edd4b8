"""Decisions in plain Python: data in, data out, no database."""

from . import (
    allocation,
    capacity,
    codes,
    distribution,
    duplicates,
    facts,
    fairness,
    languages,
    replay,
    rotation,
)
