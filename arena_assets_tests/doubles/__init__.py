"""Loopback servers that stand in for the services, with every fault they are known for."""
