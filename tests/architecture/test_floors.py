"""The edges translate: they ask readings and verbs, and touch no rows themselves."""

import ast

from tests.architecture.tree import APPS, ROOT, modules, name

# Commands are edges too, and stand outside the web: those may count what they have made.
EDGES = {"views", "urls", "consumers", "sockets", "forms", "api", "admin", "home", "student", "languages", "pages"}
SAVING = {"save", "delete", "bulk_create", "bulk_update", "atomic"}


def is_edge(path) -> bool:
    return path.stem in EDGES or "views" in path.parts or "forms" in path.parts


def attributes(path, wanted: set[str]) -> list[tuple[str, int]]:
    """Where a module speaks of one of these attributes; an empty beginning (`.objects.none()`) does not count, nor a
    verb of that name (`authoring.save`)."""
    tree = ast.parse(path.read_text())
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    verbs = {alias.asname or alias.name for node in imports for alias in node.names} - {"transaction"}
    empty = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "none"}
    return [
        (name(path), node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in wanted
        and id(node) not in empty
        and not (isinstance(node.value, ast.Name) and node.value.id in verbs and node.value.id.islower())
    ]


def test_an_edge_asks_no_manager():
    asked = [
        found for path in modules() if is_edge(path) for found in attributes(path, {"objects", "_default_manager"})
    ]

    assert asked == []


def test_a_view_saves_nothing_and_opens_no_transaction():
    views = [path for path in modules() if path.stem == "views" or "views" in path.parts]

    assert [found for path in views for found in attributes(path, SAVING)] == []


def test_a_module_says_what_it_is_for():
    trees = {name(path): ast.parse(path.read_text()) for path in modules()}

    assert [module for module, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


FORBIDDEN = {
    "services",
    "selectors",
    "utils",
    "util",
    "helpers",
    "tools",
    "core",
    "manager",
    "managers",
    "misc",
    "signals",
}


def test_no_module_is_named_for_nothing():
    named = [
        name(path) for path in modules() if path.stem in FORBIDDEN or FORBIDDEN & set(path.relative_to(ROOT).parts)
    ]

    assert named == []


def test_no_app_speaks_to_another_by_signals():
    receivers = [name(path) for path in modules() if "django.db.models.signals" in path.read_text()]

    assert receivers == []


def test_every_app_is_looked_at():
    assert {path.relative_to(ROOT).parts[0] for path in modules()} >= set(APPS)
