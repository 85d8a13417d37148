"""The page with pictures: one file that needs nothing else."""

from html.parser import HTMLParser

import pytest

from klgnn.prediction import ask
from klgnn.similar_page import similar_page
from klgnn.similarity import open_index
from klgnn.subject import Subject


@pytest.fixture
def page(own_run) -> str:
    subject = Subject.of_interval("123456", "654321")
    embedding = ask(own_run.network(), subject, own_run.config.features).embedding
    found = open_index(own_run).search(embedding, k=4)
    return similar_page(subject, (1,), found, "91 intervals", "<short>")


def test_it_opens_offline(page):
    assert page.startswith("<!doctype html>")
    for outside in ("http:", "https:", "src=", "url(", "@import"):
        assert outside not in page.replace("http://www.w3.org/2000/svg", "")


def test_every_tag_is_closed(page):
    class Balanced(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag, attrs):
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    parser = Balanced()
    parser.feed(page)
    assert not parser.open


def test_pictures_polynomials_and_names(page):
    assert page.count("<article") == page.count("<svg") == 5
    assert "S<sub>6</sub>" in page
    assert "the same polynomial" in page
    assert "&lt;short&gt;" in page
    assert "<i>q</i>" in page or "1 + " not in page


def test_too_large_for_a_picture():
    subject = Subject.of_interval("1234567", "7654321")
    page = similar_page(subject, None, [], "nothing", "short")
    assert "<pre>" in page
    assert "not known" in page
