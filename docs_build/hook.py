"""What MkDocs calls while it builds: pages are filled, formulas set, pictures and colours added."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# MkDocs loads this file by its path, from whatever folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docs_build import commands, parts
from docs_build.formulas import with_formulas
from docs_build.page_study import PageStudy, page_study_of
from docs_build.pictures import colours_css
from influence.cli import cli

GALLERY = "gallery.md"
GALLERY_MARK = "<!-- made: gallery -->"
NOT_OF_A_FOLDER = ("404.html", "sitemap.xml", "sitemap.xml.gz")
"""What only a server is asked for; the first leads nowhere on a disk, the others hold dates."""


def on_pre_build(config: MkDocsConfig) -> None:
    commands.examples_as_code(cli)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    files.append(File.generated(config, "assets/colours.css", content=colours_css()))
    for name, content in commands.drawn_figures().items():
        files.append(File.generated(config, f"pictures/{name}", content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if page.file.src_uri == GALLERY:
        drawn = [file.name for file in files if file.src_uri.startswith("pictures/")]
        markdown = markdown.replace(GALLERY_MARK, commands.gallery([f"{name}.svg" for name in drawn]))
    return parts.filled(with_formulas(markdown), _page_study(config.extra))


def on_post_build(config: MkDocsConfig) -> None:
    for name in NOT_OF_A_FOLDER:
        (Path(config.site_dir) / name).unlink(missing_ok=True)


def _page_study(extra: Any) -> PageStudy:
    worked = extra["worked"]
    return page_study_of(worked["state"], worked["year"], tuple(worked["beside"]))
