"""The instruments: compiled tone generators, and the patches that turn them into an orchestra."""
