"""The journal of work: one holder at a time, and nothing paid for is sent twice."""
