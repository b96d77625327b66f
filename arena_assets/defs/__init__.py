"""Dagster definitions: partitions, assets, checks, jobs, sensors, schedules, resources."""
