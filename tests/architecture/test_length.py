"""Small: what is long is two things."""

from tests.architecture.tree import ROOT, functions, modules, name

MODULE = 300
CLIENT_MODULE = 150
FUNCTION = 30
VIEW = 15
EDGES = ("views", "consumers", "api", "admin")


def lines(path) -> int:
    return len(path.read_text().splitlines())


def most(path) -> int:
    """Lines a function of this module may have."""
    return VIEW if path.stem in EDGES or "views" in path.parts else FUNCTION


def test_a_module_has_at_most_300_lines():
    assert [(name(path), lines(path)) for path in modules() if lines(path) > MODULE] == []


def test_a_module_of_a_page_has_at_most_150_lines():
    # vendor/ holds what others wrote, as they wrote it: to be compared with its source, not to be cut up.
    scripts = [path for path in ROOT.glob("*/static/**/*.js") if path.parent.name != "vendor"]

    assert [(name(path), lines(path)) for path in scripts if lines(path) > CLIENT_MODULE] == []


def test_a_function_has_at_most_30_lines_and_a_view_15():
    long = [
        (name(path), function, length)
        for path in modules()
        for function, length in functions(path)
        if length > most(path)
    ]

    assert long == []


def test_a_style_has_at_most_300_lines():
    styles = ROOT.glob("*/static/**/*.css")

    assert [(name(path), lines(path)) for path in styles if lines(path) > MODULE] == []
