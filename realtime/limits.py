"""How much may be asked of the wire over HTTP, per person and per address."""

from __future__ import annotations

from consultations.pace import WINDOW, Limit, require_pace

__all__ = ["READING", "VOTING", "WINDOW", "WRITING", "Limit", "require_pace"]

READING = Limit("read", per_user=60, per_address=6_000)
VOTING = Limit("vote", per_user=100, per_address=5_000)
WRITING = Limit("write", per_user=15, per_address=1_000)
