"""Headless Chromium, and an explorer page for it to open; skipped where either is missing."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.attribution import attribute
from analysis.labelled import read_labelled
from analysis.report.explorer import build_explorer
from analysis.report.single import explorer_page
from analysis.salient import salient_nodes
from data_gen import schema
from klgnn.graphs import IntervalGraphs
from tests.small_run import make_dataset, make_run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="package")  # playwright's event loop must be gone before other tests run
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        own = driver.chromium.executable_path
        found = next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else None)
        if found is None:
            pytest.skip("no Chromium is installed")
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = driver.chromium.launch(executable_path=found, args=options)
        yield opened
        opened.close()


@pytest.fixture
def opened(browser):
    """A function that opens a file; at the end nothing may have gone wrong or out."""
    complaints = []
    context = browser.new_context(viewport={"width": 1400, "height": 1000})

    def open_page(path):
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _note_if_outside(request.url, complaints))
        page.goto(path.resolve().as_uri())
        return page

    yield open_page
    context.close()
    assert complaints == []


def _note_if_outside(address, complaints):
    if not address.startswith(("file:", "data:", "blob:")):
        complaints.append(f"asked for {address}")


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    return make_run(folder / "davies", make_dataset(folder / "s45"))


@pytest.fixture(scope="session")
def explorer(run):
    dataset, network = run.dataset(), run.network()
    inputs = IntervalGraphs(dataset, features=run.config.features)
    (found,) = attribute([network], inputs.loader(20_000), 1)
    splits = dataset.read([schema.SPLIT])[schema.SPLIT].to_pylist()
    return build_explorer(
        dataset,
        network,
        run.config.features,
        read_labelled(dataset),
        found,
        salient_nodes(found.scores, 70).mask,
        np.asarray(splits, dtype=object),
        coefficient=1,
        attributed="gradient",
    )


@pytest.fixture(scope="session")
def explorer_file(explorer, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "explorer.html"
    path.write_text(explorer_page(explorer, "Intervals of S_4 and S_5"), encoding="utf-8")
    return path
