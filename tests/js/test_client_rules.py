"""The exam client's rules (tests/js/rules/*.mjs), in the browser and, where there is one, in node."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from exams import cards, client_messages

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "exams" / "static" / "exams" / "client"
# vendor/ is others' work, left as it is.
MODULES = sorted(path for path in CLIENT.rglob("*.js") if path.parent.name != "vendor")
RULES = sorted(path.stem for path in (ROOT / "tests" / "js" / "rules").glob("*.mjs") if path.stem != "laboratory")
ORIGIN = "http://rules.test"

RUN_ALL = """async (module) => {
  const { default: rules } = await import(module);
  const told = {};
  for (const [name, rule] of Object.entries(rules)) {
    try { await rule(); told[name] = null; } catch (fault) { told[name] = String(fault.stack || fault); }
  }
  return told;
}"""


def _serve(route: Route) -> None:
    path = ROOT / route.request.url.removeprefix(ORIGIN).lstrip("/")
    if path.suffix in (".js", ".mjs"):
        route.fulfill(body=path.read_text(), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>rules</title>", content_type="text/html")


@pytest.fixture(scope="module")
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page()
        opened.route(f"{ORIGIN}/**", _serve)
        opened.goto(f"{ORIGIN}/")
        yield opened
        browser.close()


@pytest.mark.journey
@pytest.mark.parametrize("module", RULES)
def test_the_rules_hold_in_the_browser(page: Page, module: str) -> None:
    told = page.evaluate(RUN_ALL, f"/tests/js/rules/{module}.mjs")
    assert told
    assert {name: fault for name, fault in told.items() if fault} == {}


@pytest.mark.journey
def test_browser_and_server_agree_on_every_card(page: Page) -> None:
    derived = [cards.derive(attempt, 1, b"key") for attempt in range(200)]
    wrong = [card[:-1] + str((int(card[-1]) + 1) % 10) for card in derived]
    judge = """async (cards) => {
      const { isCard } = await import("/exams/static/exams/client/card.js");
      return cards.map(isCard);
    }"""
    assert page.evaluate(judge, derived) == [True] * 200
    assert page.evaluate(judge, wrong) == [False] * 200


@pytest.mark.journey
def test_the_device_keeps_a_journal_in_its_database(page: Page) -> None:
    keep = """async () => {
      const { openStore } = await import("/exams/static/exams/client/storage.js");
      const first = await openStore();
      await first.putJournal({ key: "j/1", card: "1" });
      for (const seq of [2, 10, 1]) await first.putEntry("j/1", { seq, slot: 1, response: ["c1"], at: 0 });
      await first.putEntry("j/12", { seq: 1, event: "hidden", at: 0 });
      const second = await openStore();
      const kept = (await second.entries("j/1")).map((entry) => entry.seq);
      await second.dropJournal("j/1");
      return [first.kind, kept, (await first.entries("j/1")).length, (await first.entries("j/12")).length];
    }"""
    assert page.evaluate(keep) == ["device", [1, 2, 10], 0, 1]


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here; the same rules run in Chromium above")
def test_the_rules_hold_in_node() -> None:
    ran = subprocess.run(
        ["node", "--test", str(ROOT / "tests" / "js" / "client_rules.test.mjs")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]


def test_every_sentence_the_client_says_is_there_and_none_is_left_over() -> None:
    source = "\n".join(path.read_text() for path in MODULES)
    quoted = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source))
    families = re.findall(r"`([a-z]+_(?:[a-z]+_)*)\$\{", source) + re.findall(r"`\$\{name\}(_[a-z]+)`", source)
    known = set(client_messages.messages())
    said = set(re.findall(r'\bsay\("([a-z_]+)"', source)) - {"who", "here"}
    assert said <= known
    made = {key for key in known if any(key.startswith(part) or key.endswith(part) for part in families)}
    practice = set(re.findall(r"messages\.([a-z_]+)", source)) | set(
        re.findall(r"^  (trial_[a-z_]+):", source, re.MULTILINE)
    )
    assert known - quoted - made - practice == set()


def test_modules_are_small_and_say_what_they_are_for() -> None:
    for path in MODULES:
        lines = path.read_text().splitlines()
        assert len(lines) <= 150, path.name
        assert lines[0].startswith(("//", "/*")), path.name


def test_the_client_keeps_to_what_old_browsers_know() -> None:
    """Chromium 80 and Safari 13.1: what parses nowhere else must not be written."""
    forbidden = {
        "static or private class fields": r"^\s+(static\s|#\w+)",
        "??=, ||=, &&=": r"(\?\?|\|\||&&)=",
        "replaceAll, at(), replaceChildren, structuredClone, randomUUID": (
            r"\.(replaceAll|at|replaceChildren|findLast|toSorted|hasOwn)\(|structuredClone|randomUUID|AbortSignal\.timeout"
        ),
        "top-level await": r"^await\s",
    }
    for path in MODULES:
        for what, pattern in forbidden.items():
            assert not re.search(pattern, path.read_text(), re.MULTILINE), f"{path.name}: {what}"


def test_styles_of_students_keep_to_what_old_browsers_know() -> None:
    """No gap in flex boxes (Safari 14.1), no :has, :is, :where, @layer, nesting, inset, aspect-ratio."""
    css = ROOT / "quizplatform" / "static" / "quizplatform" / "css"
    sheets = [*(ROOT / "exams" / "static" / "exams" / "css").glob("*.css"), *css.rglob("*.css")]
    forbidden = (
        r"(?<![-\w])gap:|:has\(|:is\(|:where\(|@layer|@container|(?<![-\w])inset:|aspect-ratio|margin-inline:|&:"
    )
    for path in sheets:
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(forbidden, rules), path.name


def test_the_shape_of_the_messages_is_plain_json() -> None:
    assert json.loads(json.dumps(client_messages.messages()))
