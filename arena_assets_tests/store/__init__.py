"""Tables, transactions, repositories and blobs, on SQLite and on PostgreSQL."""
