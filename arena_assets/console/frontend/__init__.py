"""What comes from npm for the console's pages, and whether it is here and unchanged.

``package.json`` pins the packages, ``files.json`` names each file that is served with its SHA-256.
The packages themselves are installed by ``make setup`` into ``node_modules`` and never committed.
Imports nothing but ``errors``.
"""
