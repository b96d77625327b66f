"""One file per asset; bodies read manifests, call one plain function and return a manifest."""
