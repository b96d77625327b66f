"""Slots, content keys and takes: work is done once, kept, and redone only when something changed."""
