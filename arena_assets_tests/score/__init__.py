"""The embedded composer keeps its promises."""
