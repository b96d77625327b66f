"""The journal of work, and what it costs. May import ``domain``; SQL lives in ``store``."""
