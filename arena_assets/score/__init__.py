"""The embedded composer: harmony, form, orchestration, synthesis, mix and master. A library: may import ``domain`` and ``errors``."""
