"""A channel's export as posts in the order it lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Post:
    """One thing that stands there. ``id`` is the channel's own. ``published_on``/``edited_on``: days as the
    export writes them, in the zone of the place it was made; ``None`` where it says none.

    ``data`` is what a reader is shown, for the label medium of the name ``medium``, and what rules call it
    (``law_medium``: post, text, letter); ``title`` its first words, empty where they are nobody's business.
    ``attached``: pictures in the export's folder; ``unread``: how many
    films, recordings and files belong to it. ``is_film``: its words are a description, the film is the material;
    ``film`` is its file, if it lies in the export's folder. ``sender``: an e-mail address, of letters.
    ``address`` stays the same in every export; ``place`` tells where in this one, where there is no address.
    ``seen`` by everybody, by those who have the link, or by nobody but its author, as far as the export says.
    """

    id: str
    published_on: date | None
    edited_on: date | None
    data: bytes
    medium: str
    law_medium: str
    title: str = ""
    address: str = ""
    attached: tuple[Path, ...] = ()
    unread: int = 0
    is_film: bool = False
    film: Path | None = None
    sender: str = ""
    place: str = ""
    seen: Literal["public", "unlisted", "private"] = "public"


@dataclass(frozen=True, slots=True)
class Export:
    """``key`` names the channel among others, in small letters, figures and hyphens; ``title`` as people know it.

    ``posts`` reads the file anew each time it is called, one post after the other. ``others`` counts by their kind
    what is published and not read. ``styled_elsewhere``: what gives the words their looks is not in the export.
    """

    channel: str
    key: str
    title: str
    posts: Callable[[], Iterator[Post]]
    others: Callable[[], Mapping[str, int]] = dict
    styled_elsewhere: bool = False


class Channel(Protocol):
    """What a channel's module offers. ``kind()``: what such an export is, for people.

    ``recognises(path)``: whether the file is such an export, by its content; it never raises for a readable
    file. ``read(path)``: the export; raises ``InputError`` with place and remedy, also while its posts are read.
    """

    NAME: str

    def kind(self) -> str: ...

    def recognises(self, path: Path) -> bool: ...

    def read(self, path: Path) -> Export: ...
