from collections.abc import Iterator

import pytest

from cddp.foundation.extension_points import MapLayer
from cddp.insight.maps.tests import layers


@pytest.fixture
def layer(town) -> Iterator[MapLayer]:
    """A counted layer over houses."""
    yield layers.contribute()
    layers.withdraw()
    layers.forget_everything()
