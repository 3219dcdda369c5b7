"""Writes: one file per noun, verbs inside. Each owns its transaction: lock, decide, write, record, commit, tell."""
