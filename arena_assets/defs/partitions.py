"""The one partition dimension: an arena."""

import dagster as dg

ARENAS = dg.DynamicPartitionsDefinition(name="arena")
"""Keys are ``arena-000042``: the arena's number, never its generated name."""
