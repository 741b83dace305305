"""One self-contained page: our templates, styles and scripts inlined, nothing fetched, no data run as code."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

HERE = Path(__file__).parent
SHARED = ("unpack.js", "pull.js", "statements.js", "words.js", "pens.js", "numbers.js", "scene.js", "chart.js",
          "story.js", "headline.js", "legend.js", "table.js", "address.js", "picture.js", "map_labels.js")  # fmt: skip
"""Scripts of every page that shows a view, before its painter and the controls (atlas.js)."""


def static(name: str) -> str:
    """Text of a file in static/."""
    return (HERE / "static" / name).read_text(encoding="utf-8")


def render(template: str, *, data: object, styles: Sequence[str], scripts: Sequence[str], **content: Any) -> str:
    """The page of a template: `content` escaped, `data` as JSON that cannot end its element, the rest hashed.

    styles, scripts : our texts or those of an installed package. The same input gives the same bytes.
    """
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(["html"]), undefined=StrictUndefined
    )
    return environment.get_template(template).render(
        **content,
        policy=content_policy(scripts, styles),
        # Of this or an installed package, and the JSON has no '<': the only text that is not escaped.
        scripts=[Markup(text) for text in scripts],
        styles=[Markup(text) for text in styles],
        data=Markup(safe_json(data)),
    )


def safe_json(content: object) -> str:
    """JSON that is safe in a script element: no '<', '>' or '&', no line separators, no NaN."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def content_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Content-Security-Policy that allows only these scripts and styles, and allows nothing to be fetched."""
    listed = {"script-src": scripts, "style-src": styles}
    rules = [f"{name} {' '.join(map(_hash, texts))}" for name, texts in listed.items() if texts]
    return "; ".join(["default-src 'none'", *rules, "img-src data: blob:", "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
