"""Version 1 of the API, below ``/api/v1``."""
