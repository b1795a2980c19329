"""See to it that there is a Chromium for the tests of the pages.

    python tools/install_browser.py

Takes one that is there; else Playwright's own; else, as root on Debian, the distribution's. Needs
the package ``playwright``. Says which one it is, and ends with 1 where none can be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0")


def main() -> int:
    """Find a browser or bring one."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    ways: list[list[tuple[str, ...]]] = [
        [],
        [(sys.executable, "-m", "playwright", "install", "chromium")],
        [
            (*APT, "update"),
            (*APT, "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"),
        ]
        if root and shutil.which("apt-get")
        else [],
    ]
    for commands in ways:
        for command in commands:
            if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode:
                print(f"{' '.join(command)}: failed", file=sys.stderr)
                break
        found = chromium()
        if found:
            print(found)
            return 0
    print("no Chromium can be had", file=sys.stderr)
    return 1


def chromium() -> str | None:
    """The path of a Chromium, Playwright's own before the system's."""
    with sync_playwright() as playwright:
        own: str = playwright.chromium.executable_path
    if os.path.exists(own):  # noqa: PTH110 - a path that Playwright gives as text
        return own
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.exit(main())
