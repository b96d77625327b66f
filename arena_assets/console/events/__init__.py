"""The event log on its way to browsers and programs: one poller per process, fanned out.

May import ``actions`` and below; holds no route.
"""
