"""Version 1 of the API, under ``/api/v1``: one file per noun."""
