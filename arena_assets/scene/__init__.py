"""The embedded stage: one procedural place per arena, built once and shot from twelve cameras.

A library: it knows nothing of Dagster, SQL or settings. May import ``domain`` and ``errors``.
"""
