"""The provider against its double."""
