"""What the atlas asks of a browser: a year step against an empty repaint in the same run, and when it is ready."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import influence as inf
from influence.export.atlas import write_atlas
from influence.export.atlas_data import build_atlas_data

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
STEPS = """async () => {
  const atlas = window.influenceAtlas;
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const timed = async (work) => {
    const start = performance.now();
    await work();
    await frame();
    return performance.now() - start;
  };
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const empty = [];
  const steps = [];
  const years = atlas.book.years.filter((year) => year >= 2000 && year <= 2020);
  await timed(() => atlas.change({ year: years[0] }));
  for (const year of years) {
    empty.push(await timed(() => {}));
    steps.push(await timed(() => atlas.change({ year })));
  }
  // What as many plain curves cost on a bare canvas: the measure of this machine and browser.
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 1400, height: 900 });
  document.body.append(canvas);
  const pen = canvas.getContext("2d");
  const bare = [];
  for (let turn = 0; turn < 9; turn += 1) {
    bare.push(await timed(() => {
      pen.clearRect(0, 0, 1400, 900);
      for (let i = 0; i < atlas.scene.arcs.length; i += 1) {
        pen.lineWidth = 0.5 + (i % 5) / 2;
        pen.globalAlpha = 0.3 + (i % 7) / 10;
        pen.beginPath();
        pen.moveTo((i * 37) % 1400, (i * 91) % 900);
        pen.quadraticCurveTo((i * 53) % 1400, (i * 29) % 900, (i * 71) % 1400, (i * 13) % 900);
        pen.stroke();
      }
    }));
  }
  canvas.remove();
  const ready = Number(document.documentElement.dataset.readyAfter);
  return [middle(empty), middle(steps), atlas.scene.arcs.length, ready, middle(bare)];
}"""
"""Empty repaint and year step in milliseconds (medians), ties drawn, milliseconds from the call to ready, and what as
many plain curves take on a bare canvas (median)."""


class Repaint(NamedTuple):
    """Medians in milliseconds; arcs: ties drawn at the last step; ready: from the call of the page to its readiness;
    bare: as many plain curves on a bare canvas.
    """

    empty: float
    step: float
    arcs: int
    ready: float
    bare: float


def largest_states(count: int) -> list[str]:
    """The states of the largest GDP."""
    gdp = inf.load_panel().attributes["gdp_usd"].sel(year=2016).to_pandas()
    return [str(code) for code in gdp.sort_values(ascending=False).index[:count]]


def write_page(states: list[str] | None, path: Path) -> Path:
    """An atlas of these states (all of the panel for None), without scenarios."""
    content = build_atlas_data(inf.Study(inf.load_panel(), poles=("CHN", "USA")), states=states)
    return write_atlas(content, path)


def repaint(browser: Any, path: Path, address: str) -> Repaint:
    """Measure a page in a browser of playwright, 1400 by 900."""
    page = browser.new_context(offline=True, viewport={"width": 1400, "height": 900}).new_page()
    page.goto(path.as_uri() + address)
    page.wait_for_selector("html[data-ready]", state="attached")
    found = Repaint(*page.evaluate(STEPS))
    page.context.close()
    return found


def report() -> None:
    """Print the measures of 60 states with all their ties, and of all states with their backbone."""
    name = next(filter(None, map(shutil.which, BROWSERS)), None)
    if name is None:
        print("  no browser here: pages are not measured")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, contextlib.ExitStack() as stack:
        browser = playwright.chromium.launch(executable_path=name, args=["--no-sandbox", "--disable-gpu"])
        stack.callback(browser.close)
        cases = (
            ("60 states, all ties", largest_states(60), "#t=0&a=1", 50),
            ("all states, backbone", None, "#t=0", 100),
        )
        for name, states, address, most in cases:
            path = write_page(states, Path(folder) / f"{len(name)}.html")
            found = repaint(browser, path, address)
            bare = (found.step - found.empty) / found.bare
            print(
                f"  {name}: a year step takes {found.step - found.empty:.0f} ms more than an empty repaint of "
                f"{found.empty:.0f} ms (at most {most}), {bare:.2f} times as many plain curves on "
                f"a bare canvas ({found.bare:.0f} ms), {found.arcs} ties; ready in {found.ready:.0f} ms "
                f"(at most 1000); {path.stat().st_size / 1e6:.2f} MB"
            )
