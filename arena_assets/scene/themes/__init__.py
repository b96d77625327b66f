"""The twelve themes: each file builds one kind of place out of the kit; ``registry`` picks it."""
