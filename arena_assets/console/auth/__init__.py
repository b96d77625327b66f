"""Who asks, and what they may do. Every route names the scope it needs, or says it is public."""
