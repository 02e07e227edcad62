"""Has Django prepare the database and the files (`manage.py prepare`) while the launcher goes on."""

import json
import os
import subprocess
import sys
from typing import Any

from quizplatform.embedded import process
from quizplatform.embedded.installation import BASE_DIR, Installation
from quizplatform.embedded.process import DidNotStart


class Preparation:
    """One run of the command. It says in lines of JSON how far it is."""

    def __init__(self, installation: Installation) -> None:
        self.log = installation.logs / "prepare.log"
        with self.log.open("wb") as words:
            self.child = subprocess.Popen(
                [sys.executable, str(BASE_DIR / "manage.py"), "prepare"],
                stdout=subprocess.PIPE,
                stderr=words,
                stdin=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
                preexec_fn=process.ends_with_parent,
            )

    def wait_for_database(self) -> None:
        """Returns when the tables and the files are there. Raises DidNotStart."""
        self._wait_for("prepared")

    def demonstration(self) -> dict[str, Any]:
        """What the demonstration offers; empty without one. Raises DidNotStart."""
        return self._wait_for("demonstration")

    def _wait_for(self, stage: str) -> dict[str, Any]:
        assert self.child.stdout is not None
        for line in self.child.stdout:
            told = json.loads(line)
            if stage in told:
                return dict(told[stage])
        self.child.wait()
        raise DidNotStart(f"manage.py prepare failed: {process.last_words(self.log, 1)} (more in {self.log})")

    def stop(self) -> None:
        if self.child.poll() is None:
            os.killpg(self.child.pid, 15)
            self.child.wait(10)


def describe(site: str, told: dict[str, Any]) -> list[str]:
    """The block the launcher prints: addresses, logins of every role, unused seat cards."""
    lines = ["", f"Students  {site}/", f"Staff     {site}/home/"]
    if told.get("logins"):
        lines += ["", f"{'Demonstration logins':<24}password"]
        lines += [f"  {login['username']:<22}{login['password']}" for login in told["logins"]]
    if told.get("cards"):
        lines += [
            "",
            "Unused seat cards of a test that is open for two hours",
            *(f"  {card}" for card in told["cards"]),
        ]
    if told.get("result_card"):
        lines += ["A card that opens a result", f"  {told['result_card']}"]
    return [*lines, ""]
