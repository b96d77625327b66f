"""The real Dagster UI in a headless Chromium."""
