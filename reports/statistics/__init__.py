"""Numbers out of arrays. Pure: numpy in, numbers out; no Django, no database, no clock.

Everything rests on sums that can be merged: the sums of two parts, merged, are the sums of the whole, so that classes,
counties or machines are computed apart and added. What is not defined (the spread of nobody, the correlation of an item
that everybody got right) is NaN, never zero. Formulas and sources in words: docs/statistics.md.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# A sum of squared deviations below this share of the raw sum of squares is rounding, not spread.
NO_SPREAD = 1e-9


def ratio(part: Any, whole: Any) -> Any:
    """part / whole elementwise; NaN where the whole is zero."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    result = np.full(np.broadcast(part, whole).shape, np.nan)
    np.divide(part, whole, out=result, where=whole != 0)
    return result[()]
