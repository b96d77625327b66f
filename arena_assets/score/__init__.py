"""The embedded composer: harmony, form, orchestration, synthesis, mix, master.

A library: may import ``domain`` and ``errors``.
"""
