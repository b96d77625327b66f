"""Faults: killed processes, races and long random histories of money, counted in a table.

``make test-faults`` runs them; each test records what it counted, and the table at the end of the
run is made of that.
"""
