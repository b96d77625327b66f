"""Dagster definitions: partitions, assets, checks, jobs, sensors, schedules, resources, launcher.

Loading this room imports Dagster and ``domain`` only; what is heavy (numpy, codecs, SQLAlchemy) is
imported inside the functions that run. May import everything but ``cli`` and ``console``.
"""
