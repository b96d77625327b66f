"""Webhooks: a project's events sent to where a person said, signed, retried, never inwards."""
