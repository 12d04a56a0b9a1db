"""The workbook builder: pages that need no network, failures that are shown, no work done twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from house import ROOT, code, notebook, prose, run, saved

sys.path.insert(0, str(ROOT / "scripts" / "workbook"))
from offline import remote_references  # noqa: E402

OPENING = "# Learning a guess\n\nHow to learn $y^*(x)$, see [next](02-next.ipynb#more). And more."
FOLDED = """\
Short. ![A dot.](a%20dot.svg)

<details><summary>Why?</summary>

Because *it* is so.
</details>"""
PICTURE = """\
display(MimeBundle(
  data: ["image/svg+xml": .text("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "text/plain": .text("a figure")],
  metadata: ["image/svg+xml": ["alt": "An empty figure."]]))"""


def build(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    paths = ["--notebooks", folder / "notebooks", "--output", folder / "out"]
    return run(Path(sys.executable), ROOT / "scripts" / "workbook", *paths, *arguments)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    failing = code("[Int]()[0]", "raises-exception")
    saved(notebook(prose(OPENING), "let a = 41", "a + 1", failing, PICTURE), notebooks / "01-one.ipynb")
    (notebooks / "a dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    following = notebook(prose("# Next\n\n" + FOLDED), 'print("2 < 3 & more")')
    saved(following, notebooks / "02-next.ipynb")
    result = build(folder)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[1].split()[:2] == ["01-one", "4"]
    return folder


def page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / "out" / name).read_text(), "html.parser")


def test_pages_load_nothing_from_a_network(site: Path) -> None:
    for file in (site / "out").glob("*.html"):
        assert remote_references(file.read_text()) == []


def test_everything_a_page_loads_is_there(site: Path) -> None:
    for name in ("index.html", "01-one.html"):
        for element in page(site, name).select("script[src], link[href], img[src]"):
            address = str(element.get("src") or element["href"]).split("?")[0]
            assert address.startswith("data:") or (site / "out" / address).exists(), address


def test_the_contents_tell_title_sentence_and_time(site: Path) -> None:
    entries = page(site, "index.html").select("li")
    assert [entry.select_one("a")["href"] for entry in entries] == ["01-one.html", "02-next.html"]
    assert entries[0].select_one("a").text == "Learning a guess"
    assert entries[0].select_one("p").text == "How to learn $y^*(x)$, see next."
    assert entries[0].select_one(".time").text.endswith(" s")


def test_links_between_notebooks_become_links_between_pages(site: Path) -> None:
    assert page(site, "01-one.html").select_one("main a[href='02-next.html#more']")
    assert page(site, "01-one.html").select_one("a[rel=next]")["href"] == "02-next.html"


def test_values_errors_and_pictures_are_shown(site: Path) -> None:
    shown = page(site, "01-one.html")
    assert shown.select_one(".result .value").text.strip() == "42"
    assert "out of range" in shown.select_one("pre.error").text
    assert shown.select_one("figure img")["alt"] == "An empty figure."
    assert shown.select(".highlight .kd, .highlight .k"), "the code has no colours"
    assert "2 < 3 & more" in page(site, "02-next.html").select_one("pre.stream").text


def test_answers_are_folded(site: Path) -> None:
    answer = page(site, "02-next.html").select_one("main .prose details")
    assert answer.select_one("em").text == "it"
    assert "Because" not in answer.select_one("summary").text


def test_pictures_beside_the_notebook_are_embedded(site: Path) -> None:
    picture = page(site, "02-next.html").select_one("img[alt='A dot.']")
    assert picture["src"].startswith("data:image/svg+xml;base64,")


def test_a_second_build_runs_nothing(site: Path) -> None:
    result = build(site)
    assert result.stdout.count("ok (unchanged)") == 2


def test_a_failing_cell_is_shown_and_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    saved(notebook("let a = 1", "a + nowhere", "a"), tmp_path / "notebooks" / "bad.ipynb")
    result = build(tmp_path)
    assert result.returncode == 1
    assert "FAILED" in result.stdout
    assert "bad.ipynb, cell 2 failed:\na + nowhere" in result.stderr
    assert "nowhere" in result.stderr.split("failed:\na + nowhere")[1]
    assert "failed" in (tmp_path / "out" / "index.html").read_text()


@pytest.mark.parametrize(
    "text, count",
    [
        ('<script src="https://x.org/a.js"></script>', 1),
        ('<link rel="stylesheet" href="//x.org/a.css">', 1),
        ('<style>@import url("https://x.org/a.css");</style>', 1),
        ('<p style="background: url(http://x.org/a.png)">', 1),
        ('<img src="http://x.org/a.png">', 1),
        ('<script>import "https://x.org/a.js"</script>', 1),
        ('<a href="https://x.org">read on</a>', 0),
        ('<script src="assets/a.js"></script><img src="data:image/png;base64,AA==">', 0),
    ],
)
def test_addresses_on_a_network_are_found(text: str, count: int) -> None:
    assert len(remote_references(text)) == count
