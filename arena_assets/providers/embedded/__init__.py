"""The embedded studio: everything made on this machine, without a key or a GPU."""
