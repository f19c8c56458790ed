"""ทะเบียนส่วนต่อขยาย: an ordered list of contributions, each with its own key."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Contribution(Protocol):
    """Anything with a key and a place in the order."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


ContributionT = TypeVar("ContributionT", bound=Contribution)


class Registry(Generic[ContributionT]):
    """The contributions to one extension point. `add` twice under one key is an error of the program."""

    def __init__(self) -> None:
        self._by_key: dict[str, ContributionT] = {}

    def add(self, contribution: ContributionT) -> ContributionT:
        """Add one contribution. Raises ValueError when its key is taken."""
        if contribution.key in self._by_key:
            raise ValueError(f"{contribution.key} is contributed twice")
        self._by_key[contribution.key] = contribution
        return contribution

    def get(self, key: str) -> ContributionT | None:
        """Return the contribution with this key, or None."""
        return self._by_key.get(key)

    def __iter__(self) -> Iterator[ContributionT]:
        return iter(sorted(self._by_key.values(), key=lambda item: (item.order, item.key)))

    def __len__(self) -> int:
        return len(self._by_key)
