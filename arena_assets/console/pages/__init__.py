"""What a person sees: one file per page, its view beside it where it has to be put together.

Routes read the store and hand plain values to a template; what people do goes through ``actions``.
"""
