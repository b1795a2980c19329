"""Build the documentation: ``python -m tools.documentation FOLDER``.

Written pages are those of docs/; those of commands, rules and providers are made of the code.
FOLDER gets the pages as HTML; a warning, a link that leads nowhere and anything that would be
loaded from another host end the build with exit code 1.
"""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.documentation.checking import problems
from tools.documentation.command_pages import command_pages
from tools.documentation.front_page import front_page
from tools.documentation.provider_pages import provider_pages
from tools.documentation.rule_pages import rule_pages

from passrole.contributions import gather
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.testing import examples_of

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]


BESIDE = {"../CHANGELOG.md": "changelog.md", "../CONTRIBUTING.md": "contributing.md"}
"""Pages that stand beside docs/, by what a page of docs/ calls them."""
_OUTWARDS = re.compile(r"\[([^\]]*)\]\((\.\./[^)\s#]*)((?:#[^)\s]*)?)\)")


def _inwards(link: re.Match[str]) -> str:
    """A link out of docs/ as one of the site; its words where the site has no such page."""
    text, target, place = link.groups()
    return f"[{text}]({BESIDE[target]}{place})" if target in BESIDE else text


def made_pages() -> Iterator[tuple[str, str]]:
    """The pages that are made of the code, each with its path."""
    found = select_plugins(find_plugins(), third_party=False)
    contributions = gather(load_plugins(found))
    own = [importlib.import_module(each.module) for each in found]
    yield from command_pages()
    yield from rule_pages(contributions, examples_of(*own))
    yield from provider_pages(contributions)


def assemble(folder: Path) -> None:
    """Put all pages as Markdown into a folder, with Sphinx's settings."""
    shutil.copytree(REPOSITORY / "docs", folder)
    shutil.copy(HERE / "conf.py", folder)
    (folder / "_static").mkdir()
    shutil.copy(HERE / "style.css", folder / "_static")
    for name in BESIDE.values():
        shutil.copy(REPOSITORY / f"{name.removesuffix('.md').upper()}.md", folder / name)
    for file in folder.rglob("*.md"):
        file.write_text(_OUTWARDS.sub(_inwards, file.read_text("utf-8")), "utf-8")
    written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))
    for path, text in made_pages():
        file = folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    (folder / "index.md").write_text(front_page(written), "utf-8")


def main(out: Path) -> int:
    """Assemble, build, look over."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        assemble(source)
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-E"]
        command += ["-j", "auto"]  # all cores: most of the time goes into writing pages
        built = subprocess.run([*command, source, out], check=False)
    if built.returncode:
        return 1
    found = list(problems(out.resolve()))
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{len(list(out.rglob('*.html')))} pages: open {out / 'index.html'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
