"""The geometry kit: seeded shapes as vertex and face arrays, metres, z up, outward winding.

May import ``scene.model``, numpy and scipy; knows nothing of themes.
"""
