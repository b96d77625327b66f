"""Camera moves, encoding, assembly and delivery formats.

A library: may import ``domain`` and ``errors``.
"""
