"""Attacks: hostile names, texts, addresses, files and archives through the product's real doors.

Each file is one row of the table in ``docs/guarantees.md``; what it counted is printed there.
"""
