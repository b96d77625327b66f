"""Tables, migrations, repositories with all SQL, blobs and the event log.

May import ``domain`` and ``errors``. Rows stay inside: callers get frozen values and manifests.
"""
