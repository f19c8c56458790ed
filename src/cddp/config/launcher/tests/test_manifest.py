"""What a backup says of itself, compared with what was restored."""

from pathlib import Path

import pytest

from cddp.config.launcher.backup import anonymous
from cddp.config.launcher.console import LauncherError
from cddp.config.launcher.manifest import FORMAT, Difference, Manifest, compare, fingerprint
from cddp.config.launcher.restore import open_archive, read_manifest, unpack


def manifest(**changes: object) -> Manifest:
    facts: dict[str, object] = {
        "created_at": "2026-11-23T08:00:00+00:00",
        "program": "abc",
        "server": "150018",
        "extensions": {"postgis": "3.3.2"},
        "tables": {"public.house": ["2", "77"]},
    }
    return Manifest(**(facts | changes))  # type: ignore[arg-type]


def test_manifest_survives_writing_and_reading() -> None:
    before = manifest(files={"ab/cd": ["5", "ff"]}, dump_sha256="00", keys={"identity_key": "aa"})
    assert Manifest.from_json(before.to_json()) == before


def test_a_format_from_the_future_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        Manifest.from_json(manifest(format=FORMAT + 1).to_json())


@pytest.mark.parametrize(
    ("found", "differences"),
    [
        ({"a": ["1", "x"], "b": ["2", "y"]}, []),
        ({"a": ["1", "x"]}, [Difference("b", ["2", "y"], None)]),
        ({"a": ["1", "z"], "b": ["2", "y"]}, [Difference("a", ["1", "x"], ["1", "z"])]),
        ({"a": ["1", "x"], "b": ["2", "y"], "c": ["0", "0"]}, [Difference("c", None, ["0", "0"])]),
    ],
)
def test_compare_names_what_is_missing_changed_or_new(
    found: dict[str, list[str]], differences: list[Difference]
) -> None:
    assert compare({"a": ["1", "x"], "b": ["2", "y"]}, found) == differences


def test_fingerprint_tells_keys_apart_and_is_not_the_key() -> None:
    assert fingerprint(b"a" * 32) != fingerprint(b"b" * 32)
    assert (b"a" * 32).hex() not in fingerprint(b"a" * 32)


def test_what_is_not_a_backup_is_refused_with_words(tmp_path: Path) -> None:
    import tarfile

    broken = tmp_path / "broken.tar"
    broken.write_bytes(b"not an archive")
    with pytest.raises(LauncherError):
        open_archive(broken)
    with pytest.raises(LauncherError):
        open_archive(tmp_path / "absent.tar")
    empty = tmp_path / "empty.tar"
    tarfile.open(empty, "w").close()
    with open_archive(empty) as archive, pytest.raises(LauncherError):
        read_manifest(archive)


@pytest.mark.parametrize("name", ["../outside", "files/../../outside", "/etc/passwd", "elsewhere/x"])
def test_an_entry_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    import io
    import tarfile

    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        entry = anonymous(tarfile.TarInfo(name))
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    target = tmp_path / "target"
    target.mkdir()
    with open_archive(tmp_path / "evil.tar") as archive, pytest.raises(LauncherError):
        unpack(archive, target, manifest())
    assert list(target.rglob("*")) == []
