"""The journal of work and of money: who does what, what is never sent twice, what it will cost.

May import ``domain``, ``errors``, ``settings`` and ``store``, which holds all SQL.
"""
