"""The archive of an account that VK sends ("Архив данных"): its wall, from the folder or the ZIP.

Only the pages of ``wall/`` are opened: messages, comments of others and all else are not looked at. An archive
without a wall is refused. Posts of others on the wall are theirs; answers below posts are left out. The archive
holds no pictures, films or reposted posts, only their addresses, and no day of an edit: what changed shows
against the register. Days are those of VK's clock for the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from compliance import limited
from compliance.channels._tree import Tree, damaged, is_zip
from compliance.channels._vk_page import Item
from compliance.channels.model import Export, Post
from compliance.errors import InputError
from compliance.files import MiB
from compliance.i18n import _
from compliance.periods import parse_day

NAME = "vk"
_PAGE = re.compile(r"wall[0-9]{1,9}\.html\Z")
_MESSAGES = "messages"
_TALKS = re.compile(r"(?:index-)?messages[0-9]*\.html\Z")
_OF_VK = re.compile(rb"vk\.com|page_block|menu__page-link")
_HEAD = 16_384
_CAP = 16 * MiB
_SECONDS = 20
_CLASSES = {(Item.__module__, Item.__name__)}
_LONGEST_TITLE = 600


def kind() -> str:
    return _("VK: the archive of an account (folder or ZIP), its wall")


def recognises(path: Path) -> bool:
    if _TALKS.match(path.name):
        return True  # by the name alone: it is not opened, only refused
    root = _root(path)
    if root is None:
        return False
    try:
        with Tree(root) as tree:
            pages = _pages(tree)
            if pages:
                return _OF_VK.search(tree.head(pages[0], _HEAD)) is not None
            return any(_is_archive(tree, folder) for folder in _folders(tree))
    except InputError:
        return False


def read(path: Path) -> Export:
    root = _root(path)
    if root is None or _TALKS.match(path.name):
        raise _no_wall(path)
    with Tree(root) as tree:
        if not _pages(tree):
            raise _no_wall(path)
        owner = next((item.owner for _name, item in _items(tree)), None)
    if owner is None:
        raise InputError(_("there are no posts on this wall"), place=str(path))
    who = f"{'club' if owner < 0 else 'id'}{abs(owner)}"
    return Export(NAME, f"{NAME}-{who}", f"vk.com/{who}", lambda: _posts(root, owner))


def _root(path: Path) -> Path | None:
    """The folder or ZIP that a path means: itself, or where a page of the archive lies."""
    if path.is_dir() or is_zip(path):
        return path
    is_page = path.name == "index.html" or _PAGE.match(path.name)
    return path.parent if is_page and path.is_file() else None


def _folders(tree: Tree) -> list[str]:
    """Where an archive may begin: at the root, or one folder below, but never among the talks."""
    return ["", *(folder for folder in tree.folders() if folder != _MESSAGES)]


def _is_archive(tree: Tree, folder: str) -> bool:
    """Whether it is VK's, whatever is in it: known by its first page, and talks are not looked into."""
    inside = f"{folder}/" if folder else ""
    if tree.has(f"{inside}index-messages.html"):
        return True
    index = f"{inside}index.html"
    return (
        tree.has(f"{inside}{_MESSAGES}")
        and tree.has(index)
        and _OF_VK.search(tree.head(index, _HEAD)) is not None
    )


def _pages(tree: Tree) -> list[str]:
    """The pages of the wall in their order; those in folders below are comments."""
    for wall in ("", *(f"{folder}/wall".lstrip("/") for folder in _folders(tree))):
        if found := [name for name in tree.files(wall) if _PAGE.match(name.rpartition("/")[2])]:
            return found
    return []


def _no_wall(path: Path) -> InputError:
    return InputError(
        _("this is not the export of a channel"),
        place=str(path),
        why=_("There is no wall in this archive. Messages are private talks; nothing of them was read."),
        remedy=_("Order the archive once more at vk.com/data_protection, with the wall (“Стена”)."),
    )


def _items(tree: Tree) -> Iterator[tuple[str, Item]]:
    """Posts of the wall with the place of their page; the pages are parsed in a limited child."""
    with limited.Child(f"{Item.__module__}:items", seconds=_SECONDS, classes=_CLASSES) as child:
        for name in _pages(tree):
            place = tree.place(name)
            data = tree.read(name, _CAP)
            if b"</html" not in data[-_HEAD:].lower():
                raise damaged(place)
            try:
                found = child.call(_decoded(data))
            except InputError as error:
                error.place = error.place or place
                raise
            for item in found:
                if item is None:
                    raise damaged(place)
                yield place, item


def _decoded(data: bytes) -> str:
    """windows-1251, as VK writes it; UTF-8 where somebody saved it again."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1251", errors="replace")


def _posts(root: Path, owner: int) -> Iterator[Post]:
    with Tree(root) as tree:
        for place, item in _items(tree):
            if item.own and not item.answer:
                yield _post(item, owner, place)


def _post(item: Item, owner: int, place: str) -> Post:
    return Post(
        id=str(item.number) if item.owner == owner else f"{item.owner}_{item.number}".lstrip("-"),
        published_on=parse_day(item.day) if item.day else None,
        edited_on=None,
        data=item.text.encode("utf-8", errors="replace"),
        medium="text",
        law_medium="post",
        title=" ".join(item.text.split())[:_LONGEST_TITLE],
        address=f"https://vk.com/wall{item.owner}_{item.number}",
        unread=item.unread,
        place=place,
        seen="private" if item.archived else "public",
    )
