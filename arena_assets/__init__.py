"""arena_assets: a request for game arenas becomes finished, verified, published arenas."""

__version__ = "0.1.0"
