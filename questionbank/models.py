"""The nouns of the question bank: topics, items, their frozen versions, reviews and media."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from schools.models.organizations import STAGE_CHOICES
from schools.scoping import Scoped, ScopedQuerySet

# A word with one wrong character of four still shares this much of its trigrams.
LIKE_ENOUGH = 0.35


class Topic(MP_Node):
    """One node of the topic tree."""

    node_order_by: ClassVar[list[str]] = []

    slug = models.SlugField(_("标识"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=60)
    title_en = models.CharField(_("英文名称"), max_length=60, blank=True)

    def __str__(self) -> str:
        return self.title_in(get_language())

    def title_in(self, language: str | None) -> str:
        """The title in the reader's language."""
        return self.title_en if (language or "").startswith("en") and self.title_en else self.title


class ItemKind(models.TextChoices):
    """The interaction by which an item is answered; each is one module of `questionbank.interactions`."""

    SINGLE_CHOICE = "single_choice", _("单项选择题")
    MULTIPLE_CHOICE = "multiple_choice", _("多项选择题")
    TRUE_FALSE = "true_false", _("判断题")


class Difficulty(models.TextChoices):
    """How hard an author expects an item to be."""

    EASY = "easy", _("易")
    MEDIUM = "medium", _("中")
    HARD = "hard", _("难")


class Cognition(models.TextChoices):
    """The cognitive level an item asks for."""

    REMEMBER = "remember", _("识记")
    UNDERSTAND = "understand", _("理解")
    APPLY = "apply", _("应用")


class ItemState(models.TextChoices):
    """Where an item stands on its way into papers."""

    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("待审")
    PUBLISHED = "published", _("已发布")
    RETIRED = "retired", _("已停用")


class MediaAsset(models.Model):
    """One image or sound, stored under the hash of its bytes."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=120, unique=True)
    file = models.FileField(_("文件"), upload_to="bank/", max_length=200)
    content_type = models.CharField(_("类型"), max_length=40)
    size_bytes = models.PositiveIntegerField(_("字节数"))

    def __str__(self) -> str:
        return self.name

    def as_media(self) -> dict[str, Any]:
        """What markup and papers need to show it: {"sha256", "url", "type", "bytes", "alt"}."""
        return {
            "sha256": self.sha256,
            "url": self.file.url,
            "type": self.content_type,
            "bytes": self.size_bytes,
            "alt": "",
        }


class ItemQuerySet(ScopedQuerySet):
    """Reads of items that chain."""

    def published(self) -> Self:
        return self.filter(state=ItemState.PUBLISHED)

    def for_stage(self, stage: str) -> Self:
        return self.filter(stage=stage)

    def with_current(self) -> Self:
        return self.select_related("current", "topic", "organization")

    def with_versions(self) -> Self:
        """With the current version and all others, oldest first."""
        versions = ItemVersion.objects.order_by("number")
        return self.select_related("current").prefetch_related(models.Prefetch("versions", versions))

    def coded(self, codes: Iterable[str]) -> Self:
        return self.filter(code__in=list(codes))

    def matching(self, words: str) -> Self:
        """Items that hold every one of the words in code, stem, choices or citation, and those whose stem is like
        the whole; the likest first."""
        places = ("code", "current__stem", "offered", "current__citation")
        holds = Q()
        for word in words.split():
            holds &= reduce(or_, (Q(**{f"{place}__icontains": word}) for place in places))
        return (
            self.annotate(likeness=TrigramWordSimilarity(words, "current__stem"), offered=_Texts("current__choices"))
            .filter(holds | Q(likeness__gte=LIKE_ENOUGH))
            .order_by("-likeness", "code")
        )


class _Texts(models.Func):
    """The texts of choices, without their ids and the names of their fields."""

    template = "jsonb_path_query_array(%(expressions)s, '$[*].content')::text"
    output_field = models.TextField()


class Item(Scoped, models.Model):
    """One question over its whole life; what it asks is in its versions."""

    organization = models.ForeignKey("schools.Organization", on_delete=models.PROTECT, related_name="items")
    code = models.CharField(_("编号"), max_length=40, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="items", verbose_name=_("主题"))
    kind = models.CharField(_("题型"), max_length=20, choices=ItemKind)
    stage = models.CharField(_("学段"), max_length=10, choices=STAGE_CHOICES)
    difficulty = models.CharField(_("难度"), max_length=10, choices=Difficulty)
    cognition = models.CharField(_("认知层次"), max_length=12, choices=Cognition, default=Cognition.REMEMBER)
    state = models.CharField(_("状态"), max_length=10, choices=ItemState, default=ItemState.DRAFT)
    author = models.ForeignKey(
        "schools.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="items",
        verbose_name=_("命题人"),
    )
    current = models.ForeignKey(
        "ItemVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("当前版本"),
    )
    updated_at = models.DateTimeField(_("更新时间"))

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retired"]) | Q(current__isnull=False),
                name="item_published_has_a_version",
            ),
        ]
        indexes = [models.Index(fields=["state", "stage", "topic", "kind", "difficulty"], name="item_cell")]

    def __str__(self) -> str:
        return self.code

    def next_number(self) -> int:
        """The number of the version that is written next; the current one is always the newest."""
        return self.current.number + 1 if self.current else 1

    def was_published(self) -> bool:
        """Whether papers may ask any version of it: one that was approved, or that came from a bank's files."""
        fit = Q(created_by__isnull=True) | Q(reviews__verdict=Review.Verdict.APPROVED)
        return self.versions.filter(fit).exists()

    def writers_since_approval(self) -> set[int | None]:
        """Who wrote the versions that nobody has approved yet."""
        approvals = self.reviews.filter(verdict=Review.Verdict.APPROVED)
        approved = approvals.aggregate(number=models.Max("version__number"))["number"] or 0
        return set(self.versions.filter(number__gt=approved).values_list("created_by", flat=True))

    def last_imported(self) -> "ItemVersion | None":
        """The newest version that came from a bank's files; such versions have no person behind them."""
        imported = [version for version in self.versions.all() if version.created_by_id is None]
        return max(imported, key=lambda version: version.number, default=None)


class ItemVersion(models.Model):
    """One unchangeable revision of an item: stem, choices, key, explanation. Frozen from the moment it is written."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    stem = models.TextField(_("题干"))
    choices = models.JSONField(_("选项"), default=list)
    key = models.JSONField(_("答案"), default=list)
    explanation = models.TextField(pgettext_lazy("题目", "解析"), blank=True)
    citation = models.CharField(_("依据"), max_length=300, blank=True)
    facts = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    speech = models.TextField(_("朗读文本"), blank=True)
    created_by = models.ForeignKey("schools.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("写成时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_number_unique")]
        indexes = [GinIndex(fields=["stem"], name="item_version_stem_trgm", opclasses=["gin_trgm_ops"])]
        triggers = [
            pgtrigger.Protect(
                name="item_version_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "stem", "choices", "key", "explanation", "citation", "facts", "speech", "number", "item"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"

    def content(self) -> dict[str, Any]:
        """What an interaction module reads: {"stem", "choices": [{"id", "content"}], "key": [...]}."""
        return {"stem": self.stem, "choices": self.choices, "key": self.key}


class Review(models.Model):
    """One step of an item's review: handed in, approved or sent back, with a comment."""

    class Verdict(models.TextChoices):
        """What was decided."""

        SUBMITTED = "submitted", _("提交审核")
        APPROVED = "approved", _("通过")
        SENT_BACK = "sent_back", _("退回修改")
        RETIRED = "retired", _("停用")

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reviews")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(_("结论"), max_length=10, choices=Verdict)
    comment = models.TextField(_("意见"), blank=True)
    by = models.ForeignKey("schools.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.verdict}"
