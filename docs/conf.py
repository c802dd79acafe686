"""How Sphinx builds the site: `make docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

project = "Refrain"
copyright = "the contributors; GNU Affero General Public License, version 3 or later"  # noqa: A001 - Sphinx's name
extensions = ["myst_parser", "docs.site.building"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["pictures", "nginx", "fleet", "site"]

myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]
myst_enable_extensions = ["colon_fence", "deflist"]

html_theme = "furo"
html_title = "Refrain"
html_static_path = ["site/static"]
html_css_files = ["states.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}
