"""The roster of members: read a table, normalise its cells, decide about each row, write it, answer for it.

`importing.import_roster` does all of it; the other modules are its steps.
"""
