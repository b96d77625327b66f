"""Stand-ins for services outside, on loopback: they answer as the real ones do, faults included."""
