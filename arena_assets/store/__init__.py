"""Tables, migrations, repositories with all SQL, blobs, manifests and the event log."""
