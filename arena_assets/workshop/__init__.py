"""Slots, content keys and takes: work is done once, kept, and redone only when something changed.

May import ``providers``, ``store``, ``ledger`` and everything below them; never Dagster.
"""
