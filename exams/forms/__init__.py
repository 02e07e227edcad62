"""Forms of the planning pages. They judge what was typed; nothing is saved here."""

from exams.forms.blueprints import BlueprintDesk, with_blank_lines
from exams.forms.exams import ExamForm, PapersForm
from exams.forms.rehearsals import RehearsalForm
from exams.forms.sittings import SittingForm
from exams.forms.times import MakeUpForm

__all__ = ["BlueprintDesk", "ExamForm", "MakeUpForm", "PapersForm", "RehearsalForm", "SittingForm", "with_blank_lines"]
