"""What an arena is: themes, views, motions, sequences, prompts, slots, manifests.

Pure: no I/O, no Dagster, no SQL, no settings. May import the standard library, pydantic and
``arena_assets.errors``; every other room may import this one.
"""
