"""What people do with arenas: ask, redo, review, style, follow; the same for command, page and API.

Each function takes the open database or studio and who acts, checks what must hold, changes it in
one transaction and returns plain data. May import ``definitions`` and everything below; never
``cli`` or ``console``. Nothing here prints, and nothing knows of HTTP.
"""
