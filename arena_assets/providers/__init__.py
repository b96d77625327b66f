"""Who does the work: one small interface per kind of work.

May import the libraries and ``domain``.
"""
