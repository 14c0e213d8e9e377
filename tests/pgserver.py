"""A throw-away PostgreSQL server for the tests: made when first asked for, on a socket, gone at the end.

PostgreSQL refuses to run as root, so root starts it as an ordinary user. Its text sorts by the rules of
Russian, not by code point: what we sort must not depend on that.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from compliance.storage import Server
from compliance.system import postgresql_folder

OWNER = "owner"
running: Cluster | None = None
"""The server of this test process, for helpers that no fixture reaches."""
_NUMBERS = count(1)


def _ordinary_user() -> dict[str, Any]:
    """Arguments for ``subprocess`` that give root's rights away; nothing for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def room(gigabytes: int) -> str:
    """Where there are so many in memory, there: many small files are made and thrown away, and nobody waits for a
    disk. Short in any case: the path of a socket may not be longer than a hundred letters."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > gigabytes * 2**30 else "/tmp"


class Cluster:
    """One server, of one test process. ``folder`` holds its data and its socket."""

    def __init__(self) -> None:
        programs = postgresql_folder()
        assert programs is not None, "initdb is not here: python3 run.py test installs it"
        self._programs = programs
        self._free: list[Server] = []
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=room(1)))
        self._as = _ordinary_user()
        if self._as:
            os.chown(self.folder, self._as["user"], self._as["group"])
        self._run("initdb", "-U", OWNER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
                  *self._icu())  # fmt: skip
        self.configure("")
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "start")

    def _icu(self) -> list[str]:
        told = subprocess.run(
            [self._programs / "initdb", "--help"], capture_output=True, text=True, check=True
        )
        return ["--locale-provider=icu", "--icu-locale=ru"] if "icu-locale" in told.stdout else []

    def configure(self, more: str) -> None:
        """Settings of the server; takes effect at a start or restart."""
        text = (
            f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\nfsync = off\n"
            f"max_connections = 80\nshared_buffers = 32MB\nlog_min_messages = panic\n{more}\n"
        )
        (self.folder / "data" / "postgresql.auto.conf").write_text(text)

    def certify(self, name: str, authority: Path) -> None:
        """A certificate for ``name`` where the server looks for it; who signed it is written to ``authority``."""
        now = datetime.now(UTC)
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("Authority", name)]
        signed = []
        for subject, key, is_authority in zip(names, keys, (True, False), strict=True):
            builder = (
                x509.CertificateBuilder()
                .subject_name(subject)
                .issuer_name(names[0])
                .public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - timedelta(days=1))
                .not_valid_after(now + timedelta(days=1))
                .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            )
            if not is_authority:
                builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
            signed.append(builder.sign(keys[0], hashes.SHA256()).public_bytes(Encoding.PEM))
        authority.write_bytes(signed[0])
        private = keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        for file, data in (("server.crt", signed[1]), ("server.key", private)):
            path = self.folder / "data" / file
            path.write_bytes(data)
            path.chmod(0o600)
            if self._as:
                os.chown(path, self._as["user"], self._as["group"])

    def restart(self) -> None:
        self._run("pg_ctl", "-w", "-m", "fast", "-l", str(self.folder / "log"), "restart")

    def _run(self, program: str, *words: str) -> None:
        command = [self._programs / program, "-D", self.folder / "data", *words]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", check=False, **self._as,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    def stop(self) -> None:
        with suppress(AssertionError):
            self._run("pg_ctl", "-W", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """As the owner of the server, past every guard that ordinary roles meet."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def database(self, like: Server | None = None) -> Server:
        """An empty database, or a copy of another one."""
        if like is None and self._free:
            return self._free.pop()
        name = f"books{next(_NUMBERS)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {name_of(like) if like else 'template1'}")
        return Server(self.url(name))

    def give_back(self, server: Server) -> None:
        """For the next test: making a database costs more than emptying one."""
        self.sql("DROP SCHEMA IF EXISTS ledger, vault CASCADE", name_of(server))
        self._free.append(server)


def name_of(server: Server) -> str:
    """The name of a database of ``Cluster.database``."""
    return server.url.partition("@/")[2].partition("?")[0]
