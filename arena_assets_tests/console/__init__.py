"""The console: rights, protections, sign-in, the door to Dagster, health."""
