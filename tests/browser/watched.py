"""A page in headless Chromium with the network off, that remembers everything that should not happen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]  # fmt: skip


class Watched:
    """One page; close() fails if it wrote to the console, threw, or asked for anything but itself."""

    def __init__(self, browser: Browser, path: Path, address: str = "", **context: Any) -> None:
        self.faults: list[str] = []
        self.path = path
        self.context = browser.new_context(offline=True, **context)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))
        self.go(address)

    def go(self, address: str) -> None:
        """Open the page again at another address."""
        self.page.goto("about:blank")
        self.page.goto(self.path.as_uri() + address)
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def _note(self, url: str) -> None:
        if url.split("#")[0] not in (self.path.as_uri(), "about:blank") and not url.startswith(("data:", "blob:")):
            self.faults.append(f"request: {url}")

    def close(self) -> None:
        self.context.close()
        assert self.faults == []


def drawn(page: Page, expression: str) -> Any:
    """What an expression on the page's atlas gives."""
    return page.evaluate(f"() => window.influenceAtlas.{expression}")
