"""Reads: one file per page or noun, each answer whole, as frozen dataclasses."""
