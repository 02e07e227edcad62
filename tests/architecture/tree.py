"""The tree as the architecture tests read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("common", "schools", "questionbank", "exams", "proctoring", "reports", "quizplatform")


def modules() -> Iterator[Path]:
    """Every Python file of ours that is no test and no migration."""
    for app in (*APPS, "benchmarks", "deploy"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def templates() -> Iterator[Path]:
    for app in APPS:
        yield from sorted((ROOT / app).rglob("templates/**/*.html"))


def name(path: Path) -> str:
    """As people say it: the path from the root."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function with its length in lines: from `def` to its end, without decorators and docstring."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            begin = node.lineno
            if ast.get_docstring(node) is not None and len(node.body) > 1:
                begin += (first.end_lineno or first.lineno) - first.lineno + 1
            yield node.name, (node.end_lineno or node.lineno) - begin + 1
