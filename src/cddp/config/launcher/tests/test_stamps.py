"""A second start skips what is done, and only that."""

from pathlib import Path

import pytest

from cddp.config.launcher.layout import Layout
from cddp.config.launcher.stamps import Stamp, digest_of


@pytest.fixture
def place(tmp_path: Path) -> Layout:
    return Layout(tmp_path, tmp_path / "var", tmp_path / "var" / "postgres", tmp_path / "var" / "run")


def test_stamp_is_fresh_only_for_the_same_digest(place: Layout) -> None:
    stamp = Stamp(place, "build", "one")
    assert not stamp.is_fresh()
    stamp.write()
    assert Stamp(place, "build", "one").is_fresh()
    assert not Stamp(place, "build", "two").is_fresh()


def test_stamp_is_stale_when_its_result_was_removed(place: Layout) -> None:
    result = place.root / "manifest.json"
    result.touch()
    stamp = Stamp(place, "build", "one", results=[result])
    stamp.write()
    assert stamp.is_fresh()
    result.unlink()
    assert not stamp.is_fresh()


def test_digest_sees_content_name_and_new_files_but_not_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "tests").mkdir()

    def digest() -> str:
        return digest_of(tmp_path, ["**/*.py"], skip=frozenset({"tests"}))

    first = digest()
    (tmp_path / "tests" / "test_a.py").write_text("x")
    assert digest() == first
    (tmp_path / "a.py").write_text("2")
    second = digest()
    (tmp_path / "b.py").write_text("")
    third = digest()
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    assert len({first, second, third, digest()}) == 4
    assert digest_of(tmp_path, ["*.py"], extra="x") != digest_of(tmp_path, ["*.py"])
