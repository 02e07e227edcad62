"""One load process: python -m exams.load PLAN NUMBER."""

import sys
from pathlib import Path

from exams.load.crowd import Crowd
from exams.load.plan import Plan

if __name__ == "__main__":
    crowd = Crowd(Plan.read(Path(sys.argv[1])), int(sys.argv[2]))
    crowd.gather()
    crowd.run()
