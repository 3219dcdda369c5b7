"""A second yardstick: the same batches and ticks as ours, written for Node with `ws` and `pg`, on PostgreSQL.

It authorises by session at connect, gathers votes for 10 ms or 500 of them, and answers after the commit. It keeps no
journal, knows no rules beyond one vote per member, no roles, no hidden tallies, and no catching up.
"""
