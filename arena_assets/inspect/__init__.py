"""Is it any good: picture, video, sound and model checks.

Every untrusted byte is opened here. A library: may import ``domain`` and ``errors``.
"""
