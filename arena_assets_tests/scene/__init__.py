"""Tests of the embedded stage."""
