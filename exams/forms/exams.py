"""An exam as announced: its rules, and the basis on which it is held."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from exams import overview, planning
from exams.forms.blueprints import choose_home, name_blank
from exams.models import Exam
from schools.models import Organization

MOST_PAPERS = 12


class ExamForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything an administrator decides about an exam. What stands on papers in use can no longer be changed."""

    class Meta:
        model = Exam
        fields = [
            "organization",
            "title",
            "stage",
            "blueprint",
            "basis",
            "scoring_policy",
            "late_answers",
            "release_rule",
            "show_marks",
            "encrypt_paper",
            "shuffle_slots",
            "shuffle_choices",
        ]
        labels = {"organization": _("所属单位"), "blueprint": _("双向细目表")}
        widgets = {"basis": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "basis": _("依据哪部法律、哪份文件组织。每次测评都要写明，默认是法律的规定。"),
            "late_answers": _("断网等原因，截止后才送到的答案怎么办。"),
            "release_rule": _("只决定等级何时可见；答案和解析总要等全部场次（含补测）结束。"),
            "show_marks": _("默认只显示等级（优秀、良好、合格、再学一学），不显示分数，也不排名。"),
            "encrypt_paper": _(
                "学生候考时先下载加密的试卷，开始时才拿到密钥。没有 https 时浏览器不能解密，开始时改为直接下载。"
            ),
        }

    def __init__(self, *args: Any, user: Any, homes: Sequence[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        choose_home(self, homes)
        name_blank(self.fields["stage"], _("请选择学段"))
        if self.instance._state.adding:
            self.initial["basis"] = settings.EXAM_BASIS
            self.initial["encrypt_paper"] = settings.HTTPS
        self.fields["blueprint"].queryset = overview.blueprints(user)  # type: ignore[attr-defined]
        self.fields["blueprint"].required = True
        self.fields["blueprint"].empty_label = _("请选择双向细目表")  # type: ignore[attr-defined]
        if not self.instance._state.adding and planning.papers_in_use(self.instance):
            for name in ("title", "stage", "blueprint", "scoring_policy", *planning.ARRANGEMENT):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        blueprint, stage = cleaned.get("blueprint"), cleaned.get("stage")
        if blueprint is not None and stage and blueprint.stage != stage:
            words = {"stage": blueprint.get_stage_display()}
            self.add_error(
                "blueprint", forms.ValidationError(_("这张细目表是%(stage)s的，与所选学段不同。"), params=words)
            )
        return cleaned


class PapersForm(forms.Form):
    """How many parallel papers are to be made."""

    paper_count = forms.IntegerField(
        label=_("组几套卷"),
        min_value=1,
        max_value=MOST_PAPERS,
        initial=2,
        help_text=_("相邻座位拿到不同的卷。各卷结构相同，尽量不用相同的题。"),
    )
