"""The web console: pages, API and sign-in, over the same repositories the ``arena`` command uses.

May import everything but ``cli``; nothing imports it.
"""
