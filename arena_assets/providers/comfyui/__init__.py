"""ComfyUI as a maker of pictures and clips, on a GPU of one's own.

A graph is a template of ``workflows/`` or of the user's folder, filled through typed slots. A job
has an id made from its content key, so that it can be asked for again after any crash, here or
there. Polling is the truth; the websocket only tells progress.
"""
