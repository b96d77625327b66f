"""The ``arena`` command."""
