"""Who is asking, and whether they may. Every route names a right; without one it does not exist."""
