"""What makes a whole bank fit to be loaded and well mixed: one function per rule, each yielding problems. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction

from questionbank import markup, mediafiles
from questionbank.bankfiles import Bank, BankItem, BankTopic, Problem
from questionbank.bankrules import STAGES, by_ear, by_picture, is_negated
from schools.grades import Stage

FACT_STATUSES = ("read", "general", "contested")
COUNTS = {Stage.PRIMARY: 90, Stage.JUNIOR: 130, Stage.SENIOR: 100}
_TAUGHT = "law alarm nuclear chemical biological hazards evacuation shelters first_aid fire earthquake flood water"
TOPICS = [*_TAUGHT.split(), "traffic", "days"]  # in the order in which they are taught, listed and printed
FEWEST_BY_EAR, FEWEST_BY_PICTURE = 9, 6
MOST_NEGATED = Fraction(1, 10)
MOST_LONGEST_KEYS = Fraction(3, 10)
FEWEST_THINKING = Fraction(1, 3)
LETTER_SHARE = (Fraction(20, 100), Fraction(30, 100))
TRUE_SHARE = (Fraction(45, 100), Fraction(55, 100))
KIND_SHARES = {"single_choice": 60, "multiple_choice": 20, "true_false": 20}
DIFFICULTY_SHARES = {"easy": 40, "medium": 40, "hard": 20}
SHARE_TOLERANCE = 6  # percentage points

BankRule = Callable[[Bank], Iterator[Problem]]


def problems(bank: Bank) -> list[Problem]:
    """Everything that BANK_RULES find."""
    return [problem for rule in BANK_RULES for problem in rule(bank)]


def loading_problems(bank: Bank) -> list[Problem]:
    """What makes a bank unfit to be loaded at all."""
    return [problem for rule in LOADING_RULES for problem in rule(bank)]


def codes_are_unique(bank: Bank) -> Iterator[Problem]:
    """No code and no topic stands twice."""
    counts = Counter(item.code for item in bank.items)
    yield from (Problem(i.file, i.code, "code_twice") for i in bank.items if counts[i.code] > 1)
    slugs = Counter(topic.slug for topic in bank.topics)
    yield from (Problem(t.file, "", "topic_twice", t.slug) for t in bank.topics if slugs[t.slug] > 1)


def media_are_harmless(bank: Bank) -> Iterator[Problem]:
    """Every file in media/ is of a known type, small enough, and a drawing that only draws."""
    for name, data in bank.media.items():
        yield from (Problem(f"media/{name}", "", code) for code in mediafiles.problems(data))


def facts_are_sound(bank: Bank) -> Iterator[Problem]:
    """Fact ids are unique and their status is a known word."""
    counts = Counter(fact.id for fact in bank.facts)
    yield from (Problem(f.file, f.id, "fact_twice") for f in bank.facts if counts[f.id] > 1)
    yield from (Problem(f.file, f.id, "word_unknown", f.status) for f in bank.facts if f.status not in FACT_STATUSES)


def enough_items(bank: Bank) -> Iterator[Problem]:
    """At least 90 for primary, 130 for junior, 100 for senior."""
    counts = Counter(item.stage for item in bank.items)
    for stage, fewest in COUNTS.items():
        if counts[stage] < fewest:
            yield Problem("", "", "too_few_items", f"{stage} {counts[stage]} < {fewest}")


def every_topic(bank: Bank) -> Iterator[Problem]:
    """Every topic of the field has its file, named for it, and items in it."""
    asked = {item.topic for item in bank.items}
    yield from (Problem("", "", "topic_missing", slug) for slug in TOPICS if slug not in asked)
    yield from (Problem(t.file, "", "topic_file_name", t.slug) for t in bank.topics if t.file != f"{t.slug}.yaml")


def every_kind_in_its_share(bank: Bank) -> Iterator[Problem]:
    """About 60 % single, 20 % multiple, 20 % true/false within every stage."""
    yield from _shares(bank, "kind", KIND_SHARES)


def difficulties_in_their_share(bank: Bank) -> Iterator[Problem]:
    """About 40 % easy, 40 % medium, 20 % hard within every stage."""
    yield from _shares(bank, "difficulty", DIFFICULTY_SHARES)


def asked_by_ear_and_by_picture(bank: Bank) -> Iterator[Problem]:
    """At least 9 items ask by ear and 6 by picture."""
    ear = sum(bool(by_ear(item, bank)) for item in bank.items)
    picture = sum(bool(by_picture(item, bank)) for item in bank.items)
    if ear < FEWEST_BY_EAR:
        yield Problem("", "", "too_few_by_ear", str(ear))
    if picture < FEWEST_BY_PICTURE:
        yield Problem("", "", "too_few_by_picture", str(picture))


def keys_are_balanced(bank: Bank) -> Iterator[Problem]:
    """Over the single choices each of A to D is the key in 20 to 30 %; 45 to 55 % of the true/false are true."""
    singles = [key for item in bank.items if item.kind == "single_choice" for key in item.content["key"]]
    truths = [key for item in bank.items if item.kind == "true_false" for key in item.content["key"]]
    yield from (
        _outside(singles, letter, LETTER_SHARE) for letter in "ABCD" if not _within(singles, letter, LETTER_SHARE)
    )
    if not _within(truths, "true", TRUE_SHARE):
        yield _outside(truths, "true", TRUE_SHARE)


def keys_are_not_the_longest(bank: Bank) -> Iterator[Problem]:
    """In each file the key is strictly the longest choice in at most 30 % of the single choices."""
    longest: dict[str, list[bool]] = defaultdict(list)
    for item in bank.items:
        if item.kind == "single_choice":
            longest[item.file].append(_key_is_longest(item))
    for file, flags in longest.items():
        if sum(flags) > MOST_LONGEST_KEYS * len(flags):
            yield Problem(file, "", "keys_longest", f"{sum(flags)}/{len(flags)}")


def no_stem_twice(bank: Bank) -> Iterator[Problem]:
    """No two items of a stage ask the same question."""
    seen: dict[tuple[str, str], BankItem] = {}
    for item in bank.items:
        first = seen.setdefault((item.stage, asked(item)), item)
        if first is not item:
            yield Problem(item.file, item.code, "stem_twice", first.code)


def few_negations(bank: Bank) -> Iterator[Problem]:
    """Fewer than a tenth of the items ask for what is wrong."""
    negated = [item for item in bank.items if is_negated(item)]
    if len(negated) >= MOST_NEGATED * max(len(bank.items), 1):
        yield Problem("", "", "too_many_negations", f"{len(negated)}/{len(bank.items)}")


def enough_thinking(bank: Bank) -> Iterator[Problem]:
    """A third of each stage's items, or more, ask to understand or apply."""
    for stage in STAGES:
        levels = [item.cognition for item in bank.items if item.stage == stage]
        thinking = sum(level != "remember" for level in levels)
        if thinking < FEWEST_THINKING * len(levels):
            yield Problem("", "", "too_little_thinking", f"{stage} {thinking}/{len(levels)}")


def place(topic: BankTopic) -> tuple[int, str]:
    """Where a topic stands among the others; those we do not know come last."""
    return (TOPICS.index(topic.slug) if topic.slug in TOPICS else len(TOPICS), topic.slug)


def asked(item: BankItem) -> str:
    """What tells one question from another: letters and figures of the stem, and its media."""
    return re.sub(r"\W+", "", markup.plain(item.stem)) + "".join(markup.media_names(item.stem))


def _key_is_longest(item: BankItem) -> bool:
    lengths = {choice["id"]: len(markup.plain(choice["content"])) for choice in item.content["choices"]}
    keys = item.content["key"]
    return max((lengths.get(key, 0) for key in keys), default=0) > max(
        (length for letter, length in lengths.items() if letter not in keys), default=0
    )


def _shares(bank: Bank, name: str, shares: dict[str, int]) -> Iterator[Problem]:
    for stage in STAGES:
        values = [getattr(item, name) for item in bank.items if item.stage == stage]
        for value, percent in shares.items():
            wanted = Fraction(percent - SHARE_TOLERANCE, 100), Fraction(percent + SHARE_TOLERANCE, 100)
            if values and not _within(values, value, wanted):
                problem = _outside(values, value, wanted)
                yield problem._replace(detail=f"{stage} {problem.detail}")


def _within(values: list[str], value: str, share: tuple[Fraction, Fraction]) -> bool:
    return share[0] * len(values) <= values.count(value) <= share[1] * len(values)


def _outside(values: list[str], value: str, share: tuple[Fraction, Fraction]) -> Problem:
    wanted = f"{float(share[0]):.0%}-{float(share[1]):.0%}"
    return Problem("", "", "out_of_balance", f"{value} {values.count(value)}/{len(values)}, {wanted}")


# These make a bank unfit to be loaded at all; the rest of BANK_RULES is about a good mixture.
LOADING_RULES: list[BankRule] = [codes_are_unique, media_are_harmless, facts_are_sound]
BANK_RULES: list[BankRule] = [
    *LOADING_RULES,
    enough_items,
    every_topic,
    every_kind_in_its_share,
    difficulties_in_their_share,
    asked_by_ear_and_by_picture,
    keys_are_balanced,
    keys_are_not_the_longest,
    no_stem_twice,
    few_negations,
    enough_thinking,
]
