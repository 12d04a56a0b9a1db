"""The workbook builder: pages that need no network, failures that are shown, no work done twice."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from house import ROOT, code, notebook, prose, run, saved

sys.path.insert(0, str(ROOT / "scripts" / "workbook"))
from contents import read_page, read_workbook  # noqa: E402
from offline import remote_references  # noqa: E402
from references import read_bibliography, unknown_works  # noqa: E402
from site_builder import cited_by  # noqa: E402

OPENING = """\
# Learning a guess

How to learn $y^*(x)$, see [next](02-next.ipynb#more). And more (arXiv:2202.00665). **Time**: about ten
seconds.
"""
WORK = """\
@article{amos, author = {Brandon Amos}, title = {Tutorial on amortized optimization},
  journal = {FnT}, year = {2023}, eprint = {2202.00665}}
"""
CLAIMS = """\
let page = try Page(seed: 1)
for k in 0..<2 {
  page.claim("root \\(k)", 2.0.squareRoot(), .equals(1.4142, within: 1e-3), from: .closedForm("√2"))
}"""
ANSWER = """\
func double(_ half: Double) -> Double? {
  // BEGIN SOLUTION
  2 * half
  // END SOLUTION
}"""
FOLDED = """\
## More

Short. ![A dot.](a-dot.svg)

<details><summary>Why?</summary>

Because *it* is so.
</details>"""
PICTURE = """\
display(MimeBundle(
  data: ["image/svg+xml": .text("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "text/plain": .text("a figure")],
  metadata: ["image/svg+xml": ["alt": "An empty figure."]]))"""

ROW = """\
display(MimeBundle(data: [
  "text/html": .text("<a href=\\"02-next.ipynb#cell-id=answer\\">a row</a>"), "text/plain": .text("a row")]))"""


def build(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    paths = ["--notebooks", folder / "notebooks", "--output", folder / "out"]
    return run(Path(sys.executable), ROOT / "scripts" / "workbook", *paths, *arguments)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    failing = code("[Int]()[0]", "raises-exception")
    saved(notebook(prose(OPENING), "let a = 41", "a + 1", failing, PICTURE, ROW), notebooks / "01-one.ipynb")
    (notebooks / "a-dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    following = notebook(prose("# Next\n\n" + FOLDED), 'print("2 < 3 & more")', CLAIMS, ANSWER)
    following.cells[3].id = "answer"
    (notebooks / "references.bib").write_text(WORK)
    saved(following, notebooks / "02-next.ipynb")
    result = build(folder)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[1].split()[:2] == ["01-one", "5"]
    return folder


def page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / "out" / name).read_text(), "html.parser")


def test_pages_load_nothing_from_a_network(site: Path) -> None:
    for file in (site / "out").glob("*.html"):
        assert remote_references(file.read_text()) == []


def test_everything_a_page_loads_and_leads_to_is_there(site: Path) -> None:
    for file in (site / "out").glob("*.html"):
        shown = BeautifulSoup(file.read_text(), "html.parser")
        for element in shown.select("script[src], link[href], img[src], a[href]"):
            address = str(element.get("src") or element["href"])
            path, _, anchor = address.partition("#")
            path = path.split("?")[0]
            if re.match(r"[a-z]+:", path) or address == "#":
                continue
            target = site / "out" / path if path else file
            assert target.exists(), f"{file.name} leads to {address}"
            if anchor and target.suffix == ".html":
                there = BeautifulSoup(target.read_text(), "html.parser")
                assert there.find(id=anchor), f"{file.name} leads to {address}"


def test_the_front_page_tells_title_sentence_and_the_stated_time(site: Path) -> None:
    entries = page(site, "index.html").select(".part-page")
    assert [entry.select_one("a")["href"] for entry in entries] == ["01-one.html", "02-next.html"]
    assert entries[0].select_one("a").text.replace("\u00a0", " ") == "1  Learning a guess"
    assert entries[0].select("p")[1].text.startswith("How to learn")
    assert entries[0].select_one(".minutes").text == "about ten seconds"


def test_sections_are_numbered_by_their_page_and_keep_their_anchors(site: Path) -> None:
    text = page(site, "02-next.html")
    assert text.select_one("article h1").text.startswith("2.\u00a0")
    assert text.select_one("article section#more > h2").text.startswith("2.1\u00a0More")
    assert "2.1\u00a0More" in text.select_one(".bd-toc-nav, .bd-sidebar-secondary").text
    assert "2.\u00a0" in page(site, "index.html").select_one("nav.bd-links").text


def test_links_between_notebooks_become_links_between_pages(site: Path) -> None:
    assert page(site, "01-one.html").select_one("article a[href='02-next.html#more']")
    assert page(site, "01-one.html").select_one("a.right-next")["href"] == "02-next.html"


def test_links_to_cells_lead_to_cells(site: Path) -> None:
    link = page(site, "01-one.html").select_one(".cell_output a[href='02-next.html#cell-answer']")
    assert link.text == "a row"
    assert "double" in page(site, "02-next.html").find(id="cell-answer").text


def test_works_are_linked_and_unknown_ones_are_named(site: Path) -> None:
    link = page(site, "01-one.html").select_one("article a[href='https://arxiv.org/abs/2202.00665']")
    assert link.text == "arXiv:2202.00665"
    entry = page(site, "bibliography.html").select_one("article li")
    assert "Tutorial on amortized optimization" in entry.text
    assert entry.select_one("a[href='01-one.html']")


def test_values_errors_and_pictures_are_shown(site: Path) -> None:
    shown = page(site, "01-one.html")
    assert shown.select_one(".output.text_plain").text.strip() == "42"
    assert "out of range" in shown.select_one(".output.traceback").text
    figure = shown.select_one("figure.figure")
    assert figure.select_one("img")["alt"] == "An empty figure."
    assert figure.select_one("figcaption").text == "Figure 1.1"
    assert shown.select(".highlight-swift .kd, .highlight-swift .k"), "the code has no colours"
    assert "2 < 3 & more" in page(site, "02-next.html").select_one(".output.stream").text


def test_answers_are_folded(site: Path) -> None:
    answer = page(site, "02-next.html").select_one("article details")
    assert "Because" not in answer.select_one("summary").text
    exercise = page(site, "02-next.html").select_one("details.hide")
    assert "BEGIN SOLUTION" not in exercise.text and "2 * half" in exercise.text


def test_claims_are_listed_and_lead_to_their_cells(site: Path) -> None:
    listed = json.loads((site / "out" / "claims.json").read_text())
    assert [claim["method"] for claim in listed] == ["root 0", "root 1"]
    assert listed[0]["page"] == "02-next" and listed[0]["holds"] is True
    link = page(site, "claims.html").select_one("table a")
    name, _, anchor = link["href"].partition("#")
    assert page(site, name).find(id=anchor).select_one(".cell_output")


def test_a_page_can_be_taken_away_without_its_answers(site: Path) -> None:
    link = page(site, "02-next.html").select_one(".take-away a")
    with zipfile.ZipFile(site / "out" / link["href"]) as archive:
        assert set(archive.namelist()) == {"02-next.ipynb", "a-dot.svg"}
        text = archive.read("02-next.ipynb").decode()
    assert "2 * half" not in text and "nil  // your answer" in text


def test_slides_have_sections_claims_questions_and_need_no_network(site: Path) -> None:
    paths = ["--notebooks", site / "notebooks", "--workbook", site / "out", "--output", site / "slides"]
    result = run(Path(sys.executable), ROOT / "scripts" / "slides", *paths)
    assert result.returncode == 0, result.stderr
    file = site / "slides" / "pages.html"
    slides = [section.text for section in BeautifulSoup(file.read_text(), "html.parser")("section")]
    for told in ("Learning a guess", "root 1", "Why?"):
        assert any(told in slide for slide in slides), told
    notes = BeautifulSoup(file.read_text(), "html.parser")("aside", class_="notes")
    assert any("Because" in note.text for note in notes)
    assert remote_references(file.read_text()) == []
    for address in re.findall(r'(?:src|href)="(_[^"]+)"', file.read_text()):
        assert (site / "slides" / address).exists(), address


def test_pages_are_accessible_on_a_phone_and_in_the_dark(site: Path) -> None:
    result = run(Path(sys.executable), ROOT / "scripts" / "check_site.py", site / "out", "02-next.html")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout == "1 pages, 0 findings\n"


def test_what_is_not_accessible_is_named(site: Path, tmp_path: Path) -> None:
    wide = "<p style='width: 2000px; color: #bbb'>Faint. <a href='#nowhere'>There</a>.<img src='no.png'>"
    (tmp_path / "bad.html").write_text(f"<html lang='en'><title>Bad</title><main>{wide}</main></html>")
    result = run(Path(sys.executable), ROOT / "scripts" / "check_site.py", tmp_path)
    assert result.returncode == 1
    for told in ("#nowhere leads nowhere", "no.png", "wider than the window", "color-contrast", "image-alt"):
        assert told in result.stdout, told


def test_the_site_can_be_printed_as_one_volume(site: Path, tmp_path: Path) -> None:
    script = ROOT / "scripts" / "print_site.py"
    refused = run(Path(sys.executable), script, tmp_path)
    assert refused.returncode == 1 and "make workbook" in refused.stderr
    volume = tmp_path / "volume.pdf"
    result = run(Path(sys.executable), script, site / "out", "--output", volume)
    assert result.returncode == 0, result.stderr
    reader = PdfReader(volume)
    titles = [entry["/Title"] for entry in reader.outline]
    assert titles[1:3] == ["1.\u00a0Learning a guess", "2.\u00a0Next"]
    first = reader.get_destination_page_number(reader.outline[1])
    assert "Learning a guess" in reader.pages[first].extract_text()
    targets = [
        reader.get_page_number(note.get_object()["/Dest"][0].get_object())
        for note in reader.pages[0].get("/Annots", ())
        if "/Dest" in note.get_object() and not isinstance(note.get_object()["/Dest"], str)
    ]
    assert first in targets
    addresses = [
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for sheet in reader.pages
        for note in sheet.get("/Annots", ())
    ]
    assert not any(address.startswith("file:") for address in addresses)


def test_a_second_build_runs_nothing(site: Path) -> None:
    result = build(site)
    assert result.stdout.count("ok (unchanged)") == 2


def test_two_builds_give_the_same_bytes(site: Path) -> None:
    def contents() -> dict[str, bytes]:
        files = [file for file in (site / "out").rglob("*") if file.is_file()]
        return {str(file): file.read_bytes() for file in files}

    first = contents()
    shutil.rmtree(site / "out")
    shutil.rmtree(site / ".out" / "doctrees")
    assert build(site).returncode == 0
    assert contents() == first


def test_the_committed_bibliography_knows_every_work() -> None:
    notebooks = ROOT / "notebooks"
    cited = {path.stem: cited_by(read_page(path)) for path in notebooks.glob("*.ipynb")}
    assert unknown_works(read_bibliography(notebooks / "references.bib"), cited) == []


def test_every_committed_page_belongs_to_a_part_and_states_its_time() -> None:
    notebooks = ROOT / "notebooks"
    workbook = read_workbook(notebooks, sorted(notebooks.glob("*.ipynb")))
    assert "Pages" not in [part.title for part in workbook.parts]
    assert [page.name for page in workbook.pages if not page.minutes] == []


def test_a_failing_cell_is_shown_and_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    saved(notebook("let a = 1", "a + nowhere", "a"), tmp_path / "notebooks" / "bad.ipynb")
    result = build(tmp_path)
    assert result.returncode == 1
    assert "FAILED" in result.stdout
    assert "bad.ipynb, cell 2 failed:\na + nowhere" in result.stderr
    assert "nowhere" in result.stderr.split("failed:\na + nowhere")[1]
    shown = BeautifulSoup((tmp_path / "out" / "bad.html").read_text(), "html.parser")
    assert "did not run to its end" in shown.select_one("article").text
    assert "nowhere" in shown.select_one(".output.traceback").text


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
