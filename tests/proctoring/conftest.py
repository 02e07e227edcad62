"""What the tests of proctoring share."""

from collections.abc import Iterator

import pytest
from channels.layers import channel_layers
from django.conf import settings


@pytest.fixture
def no_valkey() -> Iterator[None]:
    """A channel layer whose Valkey does not answer."""
    layer = settings.CHANNEL_LAYERS["default"] | {"CONFIG": {"hosts": ["redis://127.0.0.1:9/0"]}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CHANNEL_LAYERS", {"default": layer})
        channel_layers.backends.clear()
        yield
    channel_layers.backends.clear()
