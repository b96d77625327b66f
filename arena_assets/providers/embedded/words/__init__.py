"""Word banks of the embedded writer: data only. May import ``domain`` and ``scene.model``."""
