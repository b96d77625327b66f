"""The REST API: a folder per version, a file per thing, over the same ``actions`` as the pages."""
