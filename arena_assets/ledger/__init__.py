"""The journal of work: who does what, and what is never sent twice.

May import ``domain``, ``errors`` and ``store``, which holds all SQL.
"""
