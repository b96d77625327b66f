"""The commands, one file each. They parse, call plain functions below, and show the answer."""
