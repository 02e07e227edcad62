"""How often each choice was taken. Responses are bit masks: bit i is set when the i-th choice of the slot was taken."""

import numpy as np
from numpy.typing import NDArray

from reports.statistics import Counts

Masks = NDArray[np.uint16]
MOST_CHOICES = 16


def counts(masks: Masks, choice_count: int) -> Counts:
    """How many sheets took each choice, and how many took none. `masks` (n, k); returns (k, choice_count + 1), the last
    column for those who left the item blank. A multiple choice counts once per choice taken. Merged by adding.
    Raises ValueError for more choices than a mask holds."""
    if choice_count > MOST_CHOICES:
        raise ValueError("too many choices for a mask")
    taken = [((masks >> bit) & 1).sum(axis=0, dtype=np.int64) for bit in range(choice_count)]
    return np.stack([*taken, (masks == 0).sum(axis=0, dtype=np.int64)], axis=1)
