"""A private PostgreSQL server for tests: made in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

_UNPRIVILEGED = ("postgres", "nobody")
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


class PostgresMissing(RuntimeError):
    """No PostgreSQL server programs on this machine."""


@contextmanager
def private_postgres() -> Iterator[str]:
    """Start a server on a free loopback port and give its URL; stop and remove it at the end.

    PostgreSQL refuses to run as root, so root starts it as an unprivileged user. Its data is not
    flushed to disk: it is for tests alone. Raises :class:`PostgresMissing`.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="arena-postgres-"))
    user = _server_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        _run(user, folder, programs / "initdb", "-D", folder / "data", "-U", "arena", "-A", "trust",
             "--no-sync", "--encoding=UTF8", "--no-locale")  # fmt: skip
        port = _free_port()
        options = ["-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1"]
        for setting in _SETTINGS:
            options += ["-c", setting]
        _run(user, folder, programs / "pg_ctl", "start", "-w", "-s", "-D", folder / "data",
             "-l", folder / "log", "-o", " ".join(options))  # fmt: skip
        try:
            yield f"postgresql://arena@127.0.0.1:{port}/postgres"
        finally:
            _run(user, folder, programs / "pg_ctl", "stop", "-w", "-s", "-D", folder / "data",
                 "-m", "immediate")  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """A new empty database on a server, dropped at the end with whatever still uses it."""
    name = sql.Identifier(f"arena_test_{uuid.uuid4().hex[:12]}")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    try:
        base, _, _ = server_url.rpartition("/")
        yield f"{base}/{name.as_string(None).strip(chr(34))}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _programs() -> Path:
    """The folder of initdb: on the path, or where Debian keeps it; the newest version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if not versions:
        raise PostgresMissing("no initdb on this machine: install the package 'postgresql'")
    return versions[-1].parent


def _server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: nobody else unless we are root."""
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissing("no unprivileged user to run PostgreSQL as")


def _run(user: pwd.struct_passwd | None, folder: Path, *command: str | Path) -> None:
    with (folder.parent / f"{folder.name}.out").open("w+") as output:
        # A file, not a pipe: the server keeps what pg_ctl was given open.
        try:
            done = subprocess.run(
                list(map(str, command)),
                cwd=folder,
                stdout=output,
                stderr=output,
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
            )
            output.seek(0)
            if done.returncode != 0:
                raise RuntimeError(f"{command[0]} failed: {output.read()[-2000:]}")
        finally:
            Path(output.name).unlink()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
