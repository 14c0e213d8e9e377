"""Does a folder lie in one that a program copies to other computers while we write?

Such programs copy a database in the middle of a write, bring an older copy back, or make two of one.
Recognised by the folder's name, whatever system the path is of, and by the marks that they leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_NAMES = (
    ("Dropbox", r"dropbox(?: ?[-(].*)?"),
    ("OneDrive", r"onedrive(?: ?[-(].*)?|skydrive"),
    ("Яндекс Диск", r"yandex[ .]?disk(?:[ -(].*)?|яндекс[ .]?диск(?: .*)?"),
    ("iCloud", r"icloud ?drive(?:[ -(].*)?|icloud~.*|com~apple~clouddocs"),
    ("Google Drive", r"google ?drive(?: ?[-(].*)?|googledrive-.*|drivefs"),
    ("Облако Mail", r"(?:облако|cloud) ?mail(?:[. ]?ru)?|mail\.ru cloud|облако mail\.ru"),
    ("Nextcloud", r"nextcloud|owncloud"),
    ("MEGA", r"megasync(?: downloads)?"),
    ("Syncthing", r"syncthing"),
)
_MARKS = (
    ("Dropbox", (".dropbox", ".dropbox.cache")),
    ("Syncthing", (".stfolder", ".stversions", ".stignore")),
    ("Яндекс Диск", (".sync/yandex", ".yandexdisk")),
    ("Google Drive", (".tmp.driveupload", ".tmp.drivedownload")),
    ("Nextcloud", (".nextcloudsync.log", ".owncloudsync.log", ".sync-exclude.lst")),
    ("Resilio Sync", (".sync/ID", ".sync/IgnoreList")),
)


def synchronised(folder: Path) -> str:
    """The service's name, or the empty string. Symbolic links are followed: the files' own place counts."""
    try:
        real = folder.resolve()
    except (OSError, RuntimeError):
        real = folder
    return by_name(str(real)) or by_name(str(folder)) or _by_marks(real)


def by_name(path: str) -> str:
    """From a path of any system: ``C:\\\\Users\\\\Анна\\\\OneDrive - АНО\\\\books``, ``/home/anna/Yandex.Disk/books``."""
    for part in _parts(path):
        for service, pattern in _NAMES:
            if re.fullmatch(pattern, part, re.IGNORECASE):
                return service
    return ""


def _parts(path: str) -> Iterator[str]:
    return (part.strip() for part in re.split(r"[\\/]+", path) if part.strip())


def _by_marks(folder: Path) -> str:
    for parent in (folder, *folder.parents):
        for service, marks in _MARKS:
            for mark in marks:
                try:
                    if (parent / mark).exists():
                        return service
                except OSError:
                    continue
    return ""
