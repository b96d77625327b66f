"""One protection per file, each named for what it keeps out."""
