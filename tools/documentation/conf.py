"""Sphinx's settings; the source folder is put together by ``python -m tools.documentation``.

Why Sphinx, in November 2026: it is released regularly, a warning can end the build, MyST reads the
Markdown of docs/ as it stands, and Furo brings its fonts, styles and search along, so that
nothing is loaded from another host. MkDocs 1 has had no release since August 2024, what is to come
after it has no plugins, and Material for MkDocs is only maintained; Zensical, its successor, is at
0.1. To be looked at again when Zensical is at 1.0.
"""

from passrole import __version__

project = "passrole"
author = "The passrole authors"
project_copyright = author
release = __version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"

# Pages come from docstrings and tables of facts: what looks like HTML there is meant as it stands.
myst_disable_syntax = ["html_block", "html_inline"]
myst_heading_anchors = 3
# Examples in rule pages are as wrong as users write them.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["style.css"]
html_title = f"passrole {__version__}"
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
# Nothing comes from another host: pages can be read from a disk, without a network.
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}
