"""The console's API: JSON, tokens with scopes, documented by its own OpenAPI."""
