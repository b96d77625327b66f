"""Names and paths that lead, or look as if they led, somewhere else."""

from __future__ import annotations

CANARY = "canary-sings-of-what-lies-outside"
"""What the file outside holds; it may come back in no answer."""
OUTSIDE = "outside.txt"
"""The file outside, beside the data folder."""

_STEPS = (
    "../",
    "..\\",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%2f",
    "..%5c",
    "%252e%252e%252f",
    "..%255c",
    "....//",
    "..;/",
    "..%c0%af",
    "%c0%ae%c0%ae/",
    "..%u2215",
    "\uff0e\uff0e\uff0f",  # full-width dots and slash
    "\u2025/",  # two dot leader
    "..\u2215",  # division slash
    "..\u2044",  # fraction slash
    ".\u200b./",  # zero width space
    "./../",
    "/..",
)
_TARGETS = (OUTSIDE, "etc/passwd", "data/arena.db")
_PLAIN = (
    *("/etc/passwd", "//etc/passwd", "///etc/passwd", "/etc/passwd/", "/proc/self/environ"),
    *("/dev/zero", "/dev/stdin", "file:///etc/passwd", "file:/etc/passwd", "~/.ssh/id_rsa"),
    *("~root", "$HOME", "${HOME}/x", "`id`", "$(id)", "|id", ";id", "&&id", "%HOMEPATH%"),
    *("C:\\Windows\\win.ini", "C:/Windows/win.ini", "\\\\host\\share", "\\\\?\\C:\\x", "c:x"),
    *("outside.txt\0.png", "\0", "view_03\0", "%00", "view_03%00.png", "\0../outside.txt"),
    *("view_03\n", "\n../outside.txt", "view_03\r\nX-Injected: 1", "hall\n", "arena-000001\n"),
    *("view_03\t", "view_03 ", " view_03", "view_03.", "view_03/", "/view_03", "view_03//"),
    *("CON", "PRN", "AUX", "NUL", "COM1", "LPT1", "con.txt", "nul ", "aux."),
    *(".", "..", "...", "....", " ", ".git", ".env", "arena.db", "quote.key", "blobs", "tmp"),
    *("-rf", "--help", "-i", "--", "-", "@outside.txt", "<outside.txt", ">outside.txt"),
    *("view_03::$DATA", "view_03:stream", "a" * 300, "a/" * 200, "../" * 100, "\u00e9" * 200),
    *("\u202egnp.30_weiv", "vi\u0301ew_03", "\ufeffview_03", "\uff56iew_03", "v\u0131ew_03"),
    *("arena-\u0660\u0660\u0660\u0660\u0660\u0661", "\u0661", "\u00b2", "1_0", "+1", "-1", "0x1"),
    *("%s%n", "%03d", "*", "?", "[a-z]", "{a,b}", "' OR 1=1 --", "1;DROP TABLE arenas", "'"),
    *("concat:a|b", "pipe:0", "subfile,,start,0,end,0,,:/etc/passwd", "http://127.0.0.1/"),
    *("data:text/plain,x", "jar:file:///x!/y", "gopher://x", "\\", "/", "//", "\x1b[2J", "\x7f"),
)

PATHS: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *(step * deep + target for step in _STEPS for deep in (1, 3, 8) for target in _TARGETS),
            *_PLAIN,
        )
    )
)
