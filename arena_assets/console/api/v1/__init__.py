"""API v1: endpoints only. What they do is done by ``actions``; who may is said by ``reach``."""
