"""`jupyter nbconvert --to script` for Swift: a file that `ansatz run` runs and jupytext reads.

Each cell begins with a line `// %%`; prose stands in comments below `// %% [markdown]`.
"""

from __future__ import annotations

import json
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import default


class SwiftExporter(Exporter):
    """Writes a notebook as one Swift file."""

    output_mimetype = "text/x-swift"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".swift"

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        cells = [cell_text(cell) for cell in notebook.cells if cell.source.strip()]
        return "\n".join(cells), resources


def cell_text(cell: Any) -> str:
    tags = cell.metadata.get("tags", [])
    mark = "// %%" if cell.cell_type == "code" else f"// %% [{cell.cell_type}]"
    if tags:
        mark += f" tags={json.dumps(tags, ensure_ascii=False)}"
    body = cell.source if cell.cell_type == "code" else commented(cell.source)
    return f"{mark}\n{body.rstrip()}\n"


def commented(text: str) -> str:
    return "\n".join(f"// {line}".rstrip() for line in text.splitlines())
