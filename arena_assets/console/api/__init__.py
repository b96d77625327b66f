"""What programs use: one folder for each version of the API."""
