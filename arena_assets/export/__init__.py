"""The published tree, engine packs and contact sheets: what leaves the product."""
