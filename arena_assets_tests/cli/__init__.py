"""The ``arena`` command, driven as a person or a script drives it."""
