"""Finished runs as files, so that none is run twice."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Store:
    """A folder with a file for each finished run, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def recall(self, key: str) -> dict[str, Any] | None:
        file = self.folder / f"{key}.json"
        return json.loads(file.read_text()) if file.exists() else None

    def keep(self, key: str, result: dict[str, Any]) -> None:
        draft = self.folder / f".{key}.{os.getpid()}"
        draft.write_text(json.dumps(result, ensure_ascii=False))
        draft.replace(self.folder / f"{key}.json")

