"""Pages as passrole writes them, opened in Chromium, which may ask for nothing beside them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

SIZES = {"desktop": (1280, 800), "telephone": (390, 844)}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that looks for updates and the like only fills the log of a machine without network.
QUIET = (
    "--disable-background-networking", "--disable-component-update", "--disable-gpu",
    "--disable-quic", "--disable-sync", "--no-first-run",
)  # fmt: skip

Open = Callable[..., Any]


def missing(reason: str) -> NoReturn:
    """Skip, unless a browser is what this run is about."""
    if os.environ.get("PASSROLE_BROWSER") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, one for all tests."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - may be missing
    except ModuleNotFoundError:
        missing("needs the package playwright; `tox -e browser` brings it")
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        path = str(own) if own.exists() else next(filter(None, map(shutil.which, NAMES)), None)
        if path is None:
            missing("needs Chromium; `tox -e browser` brings it")
        # Chromium refuses to run as root inside a sandbox of its own.
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *root])
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Two windows: that of a desktop and that of a telephone."""
    return SIZES[request.param]


@pytest.fixture
def open_page(chromium: Any, size: tuple[int, int]) -> Iterator[Open]:
    """Opens a file; whatever the page asks for, or complains of, fails the test."""
    wrong: list[str] = []
    contexts = []

    def open_file(file: Path, fragment: str = "", **options: Any) -> Any:
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            **{"reduced_motion": "reduce", **options},
        )
        contexts.append(context)
        page = context.new_page()

        def dismiss(dialog: Any) -> None:
            wrong.append(f"a dialog: {dialog.message}")
            dialog.dismiss()

        address = file.as_uri()

        def route(route: Any) -> None:
            if route.request.url.partition("#")[0] == address:
                route.continue_()
            else:
                wrong.append(f"asks for {route.request.url}")
                route.abort()

        context.route("**/*", route)
        page.on("console", lambda message: wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", dismiss)
        page.on("popup", lambda popup: wrong.append(f"opens {popup.url}"))
        page.goto(f"{address}{fragment}")
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert not wrong
