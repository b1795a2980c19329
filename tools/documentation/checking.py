"""Looks over the finished pages: links lead somewhere, and nothing is loaded from another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
_STYLE_ADDRESS = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import\s+['\"](?:https?:)?//")


class Seen(NamedTuple):
    """What a page links to, loads, and can be pointed at."""

    links: list[str]
    loaded: list[str]
    anchors: set[str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen([], [], set())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if values.get("id"):
            self.seen.anchors.add(values["id"])
        if tag == "a" and values.get("href"):
            self.seen.links.append(values["href"])
        address = values.get(_LOADED.get(tag, ""))
        if address:
            self.seen.loaded.append(address)


def problems(folder: Path) -> Iterator[str]:
    """What is wrong with the pages of a folder, in words."""
    pages = {path: _read(path) for path in sorted(folder.rglob("*.html"))}
    for path, seen in pages.items():
        name = path.relative_to(folder).as_posix()
        for address in seen.loaded:
            if urlsplit(address).netloc:
                yield f"{name}: loads {address} from another host"
        for address in dict.fromkeys((*seen.links, *seen.loaded)):
            for words in _of_address(address, path, pages):
                yield f"{name}: {words}"
    for style in sorted(folder.rglob("*.css")):
        if _STYLE_ADDRESS.search(style.read_text("utf-8")):
            yield f"{style.relative_to(folder).as_posix()}: loads from another host"


def _read(path: Path) -> Seen:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    return reader.seen


def _of_address(address: str, page: Path, pages: dict[Path, Seen]) -> Iterator[str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        yield f"{address} is no address"
        return
    if parts.scheme in ("http", "https"):
        if parts.scheme == "http" or "." not in parts.netloc or re.search(r"[\s<>`]", address):
            yield f"{address} is no https address"
        return
    if parts.scheme or parts.netloc:
        yield f"{address} leads nowhere that a reader can go"
        return
    target = page if not parts.path else (page.parent / unquote(parts.path)).resolve()
    if not target.is_file():
        yield f"{address}: there is no such page"
    elif parts.fragment and target in pages and parts.fragment not in pages[target].anchors:
        yield f"{address}: the page has no such place"
