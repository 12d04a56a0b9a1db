"""Chromium without a window, for scripts that look at the built site or print it."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import TracebackType

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--allow-file-access-from-files",
)  # fmt: skip


class Browser:
    """A context in which `driver` speaks to a browser of its own."""

    def __enter__(self) -> Browser:
        options = ChromeOptions()
        options.binary_location = shutil.which("chromium") or "chromium"
        for argument in ARGUMENTS:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "SEVERE"})
        self.driver = Chrome(options, ChromeService(shutil.which("chromedriver")))
        self.driver.set_script_timeout(120)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.driver.quit()

    def open(self, page: Path) -> None:
        self.driver.get(page.resolve().as_uri())

    def wait_for_formulas(self) -> None:
        self.driver.execute_async_script(
            "const done = arguments[0]; (window.MathJax?.startup?.promise ?? Promise.resolve())"
            ".then(() => setTimeout(done, 50))"
        )
