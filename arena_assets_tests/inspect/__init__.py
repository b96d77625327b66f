"""Tests of the inspect room."""
