"""Where things lie: the socket must fit into the kernel's limit, whatever the repository's path."""

import os
from pathlib import Path

import pytest

from cddp.config.launcher import layout
from cddp.config.launcher.layout import (
    SOCKET_NAME,
    SOCKET_PATH_LIMIT,
    choose_cluster_folder,
    choose_socket_folder,
    find_layout,
)


def test_usual_places(tmp_path: Path) -> None:
    found = find_layout({"CDDP_DATA_DIR": str(tmp_path)})
    assert (found.data, found.files, found.keys) == (tmp_path, tmp_path / "files", tmp_path / "keys")
    assert (found.root / "requirements.lock").exists()


def test_short_path_keeps_the_socket_beside_the_cluster() -> None:
    assert choose_socket_folder(Path("/srv/cddp/var"), Path("/srv/cddp/var/postgres")) == Path(
        "/srv/cddp/var/run"
    )


@pytest.mark.parametrize(
    "data", [Path("/srv") / ("ยาว" * 40) / "var", Path("/srv/it's/var"), Path("/srv/a,b/var")]
)
def test_awkward_path_moves_the_socket_to_a_short_one(data: Path) -> None:
    folder = choose_socket_folder(data, data / "postgres")
    assert folder.name.endswith(layout.short_name(data))
    assert len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT


def test_socket_folder_is_the_same_at_each_start_and_differs_by_repository() -> None:
    one, two = (Path("/srv") / ("x" * 100) / name for name in ("a", "b"))
    assert choose_socket_folder(one, one / "postgres") == choose_socket_folder(one, one / "postgres")
    assert choose_socket_folder(one, one / "postgres") != choose_socket_folder(two, two / "postgres")


def test_root_moves_the_cluster_out_of_a_closed_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "closed" / "var"
    data.mkdir(parents=True)
    data.parent.chmod(0o700)
    monkeypatch.setattr(layout, "MOVED_CLUSTERS", tmp_path / "moved")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    moved = tmp_path / "moved" / layout.short_name(data) / "postgres"
    assert choose_cluster_folder(data) == moved
    moved.mkdir(parents=True)
    (moved / "PG_VERSION").touch()
    data.parent.chmod(0o755)
    assert choose_cluster_folder(data) == moved, "a cluster that was made must not be left behind"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert choose_cluster_folder(data) == data / "postgres"
