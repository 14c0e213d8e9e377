"""YouTube in Google Takeout ("YouTube and YouTube Music"): the list of one's own videos, folder or ZIP.

New exports hold ``video metadata/videos.csv`` (and ``videos(1).csv``...), brand accounts ``videos/Video
Metadata.csv``, old ones a JSON for each video as the Data API gives it. What was watched, searched or subscribed
to is not opened. A video's description is its text; the film is looked at where its file lies in the unpacked
export and only one video can be meant by its name, else it is told as not measured. Days are those of Google's
clock (UTC).
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from compliance.channels import _takeout
from compliance.channels._tree import Tree, damaged, is_zip
from compliance.channels.model import Export, Post
from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.periods import parse_day

NAME = "youtube"
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}\Z")
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}\Z")
_ABOUT_VIDEOS = re.compile("video|видео", re.IGNORECASE)
_FILMS = (".mp4", ".m4v", ".mov", ".webm", ".mkv")
_CSV_CAP = 256 * MiB
_JSON_CAP = 16 * MiB
_HEADING = 8_192
_LONGEST_LINE = 256 * 1024
_MOST_VIDEOS = 200_000
_LONGEST_TITLE = 100
_CUT = 40
"""Letters of a title that its film's file name keeps at least."""


def kind() -> str:
    return _("YouTube: Google Takeout (folder or ZIP) with the list of videos")


def recognises(path: Path) -> bool:
    root = _root(path)
    if root is None:
        return False
    try:
        with Tree(root) as tree:
            return _service(tree) is not None or next(_videos(tree), None) is not None
    except InputError:
        return False


def read(path: Path) -> Export:
    root = _root(path)
    assert root is not None, "recognised first"
    with Tree(root) as tree:
        first = next(_videos(tree), None)
    if first is None:
        raise InputError(
            _("there is no list of videos in this export"),
            place=str(path),
            why=_("Known are the headings of English, Russian and German exports."),
            remedy=_("In Google Takeout choose YouTube with “video metadata”; for other languages switch the account to English first."),
        )  # fmt: skip
    channel = first.channel if _CHANNEL.match(first.channel) else ""
    key = f"{NAME}-{channel.lower()}" if channel else NAME
    return Export(NAME, key, f"YouTube {channel}".strip(), lambda: _posts(root))


@dataclass(frozen=True, slots=True)
class _Video:
    """One row of a list. ``version``: when it was made, the latest of several rows counts."""

    id: str
    channel: str
    title: str
    text: str
    seen: str
    day: date | None
    version: str
    place: str


def _root(path: Path) -> Path | None:
    if path.is_dir() or is_zip(path):
        return path
    return path.parent if path.suffix.lower() == ".csv" and path.is_file() else None


def _service(tree: Tree) -> str | None:
    """YouTube's folder among those of Google's other services, which are not looked into."""
    for above in ("", *(name for name in tree.folders() if name.lower().startswith("takeout"))):
        for name in tree.folders(above):
            if name.rpartition("/")[2].lower().startswith("youtube"):
                return name
    return None


def _folders(tree: Tree) -> list[str]:
    """Where lists and films may lie: folders about videos, two deep, and the one that was named itself."""
    top = _service(tree) or ""
    below = [name for name in tree.folders(top) if _ABOUT_VIDEOS.search(name.rpartition("/")[2])]
    return [top, *below, *(deeper for name in below for deeper in tree.folders(name))]


def _lists(tree: Tree, folder: str) -> list[tuple[str, str]]:
    """The tables in a folder that are lists of videos or of their texts: path and kind."""
    found = []
    for name in tree.files(folder):
        is_table = name.lower().endswith(".csv")
        if is_table and (of := _takeout.columns(_heading(tree.head(name, _HEADING))).kind):
            found.append((name, of))
    return found


def _heading(head: bytes) -> list[str]:
    try:
        return next(csv.reader(head.decode("utf-8-sig", errors="replace").splitlines()), [])
    except csv.Error:
        return []


def _posts(root: Path) -> Iterator[Post]:
    with Tree(root) as tree:
        folders = _folders(tree)
        newest: dict[str, tuple[str, int]] = {}
        titles: dict[str, str] = {}
        for number, video in enumerate(_videos(tree)):
            if len(newest) > _MOST_VIDEOS:
                raise damaged(video.place)
            newest[video.id] = max(newest.get(video.id, ("", -1)), (video.version[:_CUT], number))
            titles[video.id] = _plain(video.title[:_LONGEST_TITLE])
        films = _films(tree, folders, titles)
        changed = _changed(tree, folders)
        for number, video in enumerate(_videos(tree)):
            if newest[video.id][1] == number:
                yield _post(video, films.get(video.id), changed.get(video.id))


def _post(video: _Video, film: Path | None, changed: date | None) -> Post:
    return Post(
        id=video.id,
        published_on=video.day,
        edited_on=changed if changed and video.day and changed > video.day else None,
        data=video.text.encode("utf-8", errors="replace"),
        medium="text",
        law_medium="post",
        title=" ".join(video.title.split())[:_LONGEST_TITLE],
        address=f"https://www.youtube.com/watch?v={video.id}",
        unread=1 if film is None else 0,
        is_film=True,
        film=film,
        place=video.place,
        seen=cast(Literal["public", "unlisted", "private"], video.seen),
    )


def _videos(tree: Tree) -> Iterator[_Video]:
    """Every row of every list, in order; a video may have several."""
    for folder in _folders(tree):
        for name, of in _lists(tree, folder):
            if of == "videos":
                yield from _listed(tree, name)
        for name in tree.files(folder):
            if name.lower().endswith(".json"):
                yield from _described(tree, name)


def _listed(tree: Tree, name: str) -> Iterator[_Video]:
    for place, cell in _rows(tree, name):
        number = cell("id")
        if not _VIDEO.match(number):
            raise damaged(place)
        yield _Video(
            id=number, channel=cell("channel"), title=cell("title"), text=cell("text"), seen=_takeout.seen(cell("seen")),
            day=_day(cell("published")) or _day(cell("created")), version=cell("created"), place=place,
        )  # fmt: skip


def _rows(tree: Tree, name: str) -> Iterator[tuple[str, Any]]:
    """Rows of a table as their place and what a role's cell says; read as they come."""
    with tree.open(name, _CSV_CAP) as stream:
        text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        reader = csv.reader(iter(lambda: text.readline(_LONGEST_LINE), ""), strict=True)
        try:
            heading = next(reader, [])
            known = _takeout.columns(heading)
            for row in reader:
                place = _("{path}, line {line}").format(path=tree.place(name), line=reader.line_num)
                if not row:
                    continue
                if len(row) != len(heading):
                    raise damaged(place)
                yield place, lambda role, row=row: known.cell(row, role)
        except (csv.Error, UnicodeDecodeError):
            raise damaged(
                _("{path}, line {line}").format(path=tree.place(name), line=reader.line_num)
            ) from None


def _described(tree: Tree, name: str) -> Iterator[_Video]:
    """An old export: a JSON with the video's resource, or a list of one. Others are passed over."""
    head = tree.head(name, _HEADING)
    if b'"snippet"' not in head and b"youtube#video" not in head:
        return
    place = tree.place(name)
    try:
        found = json.loads(tree.read(name, _JSON_CAP).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise damaged(place) from None
    for item in found if isinstance(found, list) else [found]:
        snippet = item.get("snippet") if isinstance(item, dict) else None
        if not isinstance(snippet, dict) or item.get("kind", "youtube#video") != "youtube#video":
            continue
        status = item.get("status")
        number = str(item.get("id") or "")
        if not _VIDEO.match(number):
            raise damaged(place)
        yield _Video(
            id=number, channel=str(snippet.get("channelId") or ""), title=str(snippet.get("title") or ""),
            text=str(snippet.get("description") or ""),
            seen=_takeout.seen(str(status.get("privacyStatus") or "") if isinstance(status, dict) else ""),
            day=_day(str(snippet.get("publishedAt") or "")), version="", place=place,
        )  # fmt: skip


def _changed(tree: Tree, folders: list[str]) -> dict[str, date]:
    """The last day on which a video's title or description was changed."""
    found: dict[str, date] = {}
    for folder in folders:
        for name, of in _lists(tree, folder):
            if of == "texts":
                for _place, cell in _rows(tree, name):
                    number, day = cell("id"), _day(cell("changed"))
                    if day is not None:
                        found[number] = max(found.get(number, day), day)
    return found


def _films(tree: Tree, folders: list[str], titles: dict[str, str]) -> dict[str, Path]:
    """Video -> its file, where exactly one video and one file fit each other: names are cut titles."""
    order = sorted((title, number) for number, title in titles.items() if title)
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for name in tree.files(folder):
            path = tree.path(name)
            if path is None or path.suffix.lower() not in _FILMS:
                continue
            meant = _meant(path.stem, order)
            for number in meant:
                found.setdefault(number, []).extend([path] if len(meant) == 1 else [path, path])
    return {number: paths[0] for number, paths in found.items() if len(paths) == 1}


def _meant(stem: str, order: list[tuple[str, str]]) -> list[str]:
    """The videos whose titles a file may be named after; its ``(1)`` says that there are several."""
    name = _plain(re.sub(r"\([0-9]{1,4}\)\Z", "", stem))
    found: list[str] = []
    for title, number in order[bisect_left(order, (name, "")) :]:
        if not name or not title.startswith(name) or len(found) > 1:
            break
        if title == name or len(stem) >= _CUT:
            found.append(number)
    return found


def _plain(title: str) -> str:
    """Letters and figures alone: file names leave out some signs and change others."""
    return "".join(char for char in unicodedata.normalize("NFKC", title).casefold() if char.isalnum())


def _day(text: str) -> date | None:
    try:
        return parse_day(text[:10])
    except ValueError:
        return None
