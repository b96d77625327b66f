"""Who asks, and what they may do. Every route names the scope it needs; without one it is refused."""
