"""JupyterLab in a headless browser: the tour runs, Tab completes, a loop is interrupted.

Pictures of what a person would see are left in build/lab/.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService, Keys
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from house import ROOT, TOOLS, environment

TOUR = ROOT / "notebooks" / "00-the-kernel.ipynb"
PICTURES = ROOT / "build" / "lab"
TOKEN = "for-tests-only"

SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that serves a copy of the notebooks on this machine alone."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    for name, content in SETTINGS.items():
        file = home / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    folders = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "ANSATZ_QUICK": "1",
    }
    arguments = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    arguments += [f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
    arguments += [f"--ServerApp.root_dir={home / 'notebooks'}"]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [str(TOOLS / "jupyter"), "lab", *arguments],
            env=environment(**folders),
            stdout=log,
            stderr=log,
        )
        try:
            yield address(home / "runtime", process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def address(runtime: Path, process: subprocess.Popen[bytes]) -> str:
    def described() -> str | None:
        assert process.poll() is None, "JupyterLab did not start"
        files = list(runtime.glob("jpserver-*.json"))
        return json.loads(files[0].read_text())["url"] if files else None

    return eventually(described, 60)


@pytest.fixture(scope="module")
def lab(server: str) -> Iterator[Lab]:
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.add_argument("--window-size=1400,1000")
    driver = Chrome(options, ChromeService(shutil.which("chromedriver") or "chromedriver"))
    try:
        driver.get(f"{server}lab/tree/{TOUR.name}?token={TOKEN}")
        yield Lab(driver)
    finally:
        driver.quit()


class Lab:
    """What a person does and sees in JupyterLab."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        eventually(lambda: self.script("return !!window.jupyterapp?.shell?.currentWidget"), 60)
        eventually(lambda: driver.find_elements(By.CSS_SELECTOR, ".jp-Notebook .jp-CodeCell"), 60)
        eventually(lambda: self.status() == "idle", 60)

    def script(self, text: str) -> object:
        return self.driver.execute_script(text)

    def command(self, name: str) -> None:
        self.script(f"window.jupyterapp.commands.execute({name!r})")

    def status(self) -> str:
        session = "window.jupyterapp.shell.currentWidget?.sessionContext?.session"
        return str(self.script(f"return {session}?.kernel?.status"))

    def cells(self) -> list[dict[str, object]]:
        """Number, source, errors and texts of the code cells, read off the notebook's model: the
        page itself holds only the cells in view."""
        return self.script(  # type: ignore[return-value]
            """return window.jupyterapp.shell.currentWidget.content.widgets
                .filter(cell => cell.model.type === 'code').map(cell => {
                    const outputs = cell.model.outputs.toJSON();
                    const text = output => [output.text, output.data?.['text/plain'],
                        output.ename, output.evalue].flat().filter(Boolean).join('');
                    return {
                        prompt: `[${cell.model.executionCount ?? ' '}]:`,
                        source: cell.model.sharedModel.getSource(),
                        output: outputs.map(text).join('\\n'),
                        failed: outputs.some(output => output.output_type === 'error'),
                    };
                })"""
        )

    def new_cell(self, text: str) -> None:
        """Types into a new cell at the end."""
        self.script(
            """const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;"""
        )
        self.command("notebook:insert-cell-below")
        self.command("notebook:enter-edit-mode")
        time.sleep(0.3)
        self.keys(text)

    def keys(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def run_cell(self) -> None:
        keys = ActionChains(self.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER)
        keys.key_up(Keys.CONTROL).perform()

    def last(self) -> dict[str, object]:
        return self.cells()[-1]

    def completions(self) -> str:
        items = self.driver.find_elements(By.CSS_SELECTOR, ".jp-Completer-item")
        return " ".join(item.text for item in items)

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(PICTURES / f"{name}.png"))


def eventually(condition: Callable[[], object], seconds: float) -> object:
    """The first true value of `condition`, which is asked until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError(f"still not so after {seconds} s")


def ran(cell: dict[str, object]) -> bool:
    return str(cell["prompt"]).strip("[]: ").isdigit()


@pytest.mark.timeout(300)
def test_the_tour_runs_to_its_end(lab: Lab) -> None:
    tour = json.loads(TOUR.read_text())
    code = [cell for cell in tour["cells"] if cell["cell_type"] == "code" and cell["source"]]
    lab.picture("1-opened")
    # Lab lets a run go on past the cells that are tagged as failing on purpose.
    lab.command("notebook:run-all-cells")
    eventually(lambda: all(ran(cell) for cell in lab.cells()[: len(code)]), 240)
    eventually(lambda: lab.status() == "idle", 10)
    lab.picture("2-run")
    for cell, shown in zip(code, lab.cells()):
        may_fail = "raises-exception" in cell["metadata"].get("tags", [])
        assert may_fail or not shown["failed"], shown
    lab.script("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    lab.picture("3-top")


def test_tab_completes(lab: Lab) -> None:
    lab.new_cell("let lengthOfWord = 12")
    lab.run_cell()
    eventually(lambda: ran(lab.last()), 30)
    lab.new_cell("[3, 1, 2].sor")
    lab.keys(Keys.TAB)
    # One fitting name is put in at once; of several, a list is shown.
    eventually(lambda: "sorted" in lab.completions() + str(lab.last()["source"]), 20)
    lab.picture("4-completion")
    lab.keys(Keys.ESCAPE)


def test_a_loop_is_interrupted_and_variables_stay(lab: Lab) -> None:
    lab.new_cell("while true {}")
    lab.run_cell()
    eventually(lambda: lab.status() == "busy", 20)
    time.sleep(0.5)
    lab.command("kernelmenu:interrupt")
    eventually(lambda: lab.status() == "idle" and "Interrupt" in str(lab.last()["output"]), 20)
    lab.picture("5-interrupted")
    lab.new_cell("lengthOfWord + 1")
    lab.run_cell()
    eventually(lambda: "13" in str(lab.last()["output"]), 20)
    lab.picture("6-after")


def test_a_slider_over_frames_moves_without_the_kernel(lab: Lab) -> None:
    lab.new_cell('try scrub(over: 1...5, label: "k") { "square \\($0 * $0)" }')
    lab.run_cell()

    slider = eventually(lambda: lab.driver.find_elements(By.CSS_SELECTOR, "[class^=ansatz-scrub] input"), 30)[-1]
    frame = lab.driver.find_elements(By.CSS_SELECTOR, "[data-part=frame]")[-1]
    assert "square 1" in frame.text
    slider.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert "square 9" in frame.text
    assert slider.get_attribute("aria-valuetext") == "k = 3"
    lab.driver.find_elements(By.CSS_SELECTOR, "[data-part=play]")[-1].click()
    eventually(lambda: "square 25" in frame.text, 10)
    lab.picture("7-frames")


def test_live_controls_have_their_cell_follow(lab: Lab) -> None:
    lab.new_cell(
        'interact(IntegerSlider("n", 1...9, value: 3), CheckBox("twice")) { n, twice in '
        '"shown \\(twice ? 2 * n : n)" }'
    )
    lab.run_cell()

    handle = eventually(lambda: lab.driver.find_elements(By.CSS_SELECTOR, ".noUi-handle"), 30)[-1]
    eventually(lambda: "shown 3" in str(lab.last()["output"]), 20)
    lab.picture("8-controls")
    handle.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    eventually(lambda: "shown 5" in str(lab.last()["output"]), 20)
    lab.driver.find_elements(By.CSS_SELECTOR, ".widget-checkbox input")[-1].click()
    eventually(lambda: "shown 10" in str(lab.last()["output"]), 20)
    lab.picture("9-moved")
