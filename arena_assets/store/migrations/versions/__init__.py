"""One file per revision of the tables, oldest first; a released one never changes."""
