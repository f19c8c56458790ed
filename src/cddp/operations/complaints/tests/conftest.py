"""คนของการทดสอบ: who may do what with problems."""

import pytest
from django.core.cache import caches

from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.tests.needs import category
from tests.towns import make_user


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What one test put into a table of days off is rolled back; what was remembered of it must go too."""
    caches["local"].clear()


@pytest.fixture
def triager(town):
    """Owner of the work."""
    category()
    return make_user("triager", "complaints_officer")


@pytest.fixture
def colleague(town):
    """Another one of the same work."""
    return make_user("colleague", "complaints_officer")


@pytest.fixture
def reader(town):
    """May look at complaints, and do nothing with them."""
    return make_user("reader", "mayor")


@pytest.fixture
def foreigner(towns):
    """The same work in the neighbouring town."""
    with town_context(towns[1].pk):
        return make_user("foreigner", "complaints_officer")
