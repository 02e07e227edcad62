"""What is asked of somebody who orders a rehearsal."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_STUDENTS = 60_000


class RehearsalForm(forms.Form):
    """How many invented students, for how long."""

    student_count = forms.IntegerField(
        label=_("模拟学生数"),
        min_value=10,
        max_value=MOST_STUDENTS,
        initial=200,
        help_text=_("先用 200 名试一试；正式测评前，按真实人数演练一次。"),
    )
    minutes = forms.IntegerField(
        label=_("答题时长（分钟）"),
        min_value=1,
        max_value=90,
        initial=3,
        help_text=_("少于 30 分钟时，模拟学生答得更快，对机器的要求更高。"),
    )
    forced = forms.BooleanField(
        label=_("有真实场次时也进行"),
        required=False,
        help_text=_("演练会占用处理器。学生正在答题时，请不要勾选。"),
    )
