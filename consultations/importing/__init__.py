"""Events that took place elsewhere, from a file: read it, understand its cells, decide about each row.

Nothing is written here: `actions.event_import` writes what `deciding.plan_of` has decided.
"""
