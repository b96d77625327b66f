"""The ``arena`` command: one file per command, and the small parts they share.

Importing it loads Typer and nothing heavier, so that ``arena --help`` is instant; a command imports
what it needs when it runs. Data goes to stdout, messages and progress to stderr. May import
everything but ``console``.
"""
