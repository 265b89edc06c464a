from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from opsbook.errors import CannotWrite
from opsbook.write import MANIFEST, replaced, write_file, write_tree


def _files(folder: Path) -> dict[str, bytes]:
    """What is in a folder, without the manifest."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_a_file_is_written_only_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/file"
    assert write_file(path, b"a")
    before = path.stat()
    assert not write_file(path, b"a")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert write_file(path, b"b")
    assert (path.read_bytes(), oct(before.st_mode & 0o777)) == (b"b", oct(0o666 & ~_umask()))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_file_that_cannot_be_replaced_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, b"new")
    assert _files(tmp_path) == {"file": b"old"}


def test_what_is_no_longer_made_goes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": b"1", "deep/er/b": b"2", "deep/c": b"3"})
    (tmp_path / "deep/theirs").write_bytes(b"4")
    assert write_tree(tmp_path, {"a": b"1"}) == 0
    assert _files(tmp_path) == {"a": b"1", "deep/theirs": b"4"}
    assert not (tmp_path / "deep/er").exists()


def test_a_file_of_ours_that_somebody_removed_is_not_missed(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a": b"1", "b/c": b"2", "d/e": b"3"})
    (tmp_path / "a").unlink()
    (tmp_path / "b/c").unlink()
    (tmp_path / "b").rmdir()
    (tmp_path / "b").write_bytes(b"a file now")
    (tmp_path / "d/e").unlink()
    (tmp_path / "d/e").mkdir()
    write_tree(tmp_path, {})
    assert _files(tmp_path) == {"b": b"a file now"}


@pytest.mark.parametrize(
    ("first", "second"),
    [({"x": b"1"}, {"x/y/z": b"2"}), ({"x/y/z": b"1", "x/w": b"2"}, {"x": b"3"})],
    ids=["file to folder", "folder to file"],
)
def test_a_file_may_take_the_place_of_a_folder(
    first: dict[str, bytes], second: dict[str, bytes], tmp_path: Path
) -> None:
    write_tree(tmp_path, first)
    write_tree(tmp_path, second)
    assert _files(tmp_path) == second


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "theirs").touch()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("x", lambda path: path.write_bytes(b"theirs")),
        ("x", _folder),
        ("x", lambda path: path.symlink_to("nowhere")),
        ("x", lambda path: path.symlink_to("elsewhere")),
        ("x/y", lambda path: path.write_bytes(b"theirs")),
        ("x/y", lambda path: path.symlink_to("elsewhere")),
    ],
    ids=["file", "folder", "dangling link", "link to a folder", "file above", "linked folder above"],
)
def test_what_is_not_ours_is_in_the_way(name: str, make: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    make(tmp_path / "x")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CannotWrite, match=r"x.* is in the way: opsbook did not make it"):
        write_tree(tmp_path, {"a": b"1", name: b"2"})
    assert sorted(tmp_path.rglob("*")) == before, "nothing was touched"


def test_a_file_that_holds_the_same_already_becomes_ours(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    assert write_tree(tmp_path, {"a": b"1"}) == 0
    write_tree(tmp_path, {})
    assert _files(tmp_path) == {}


@pytest.mark.parametrize(
    "manifest",
    ['"victim"', '{"victim": 1}', "5", "null", '[["victim"], 5, "../victim", "/etc/hostname", "x\\u0000"]'],
)
def test_a_strange_manifest_owns_nothing(manifest: str, tmp_path: Path) -> None:
    (tmp_path / "victim").touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "victim").touch()
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    write_tree(folder, {})
    assert (folder / "victim").exists()
    assert (tmp_path / "victim").exists()


@pytest.mark.parametrize("manifest", [b"[", b"\xff", None], ids=["no JSON", "no text", "folder"])
def test_a_manifest_that_cannot_be_read_stops_us(manifest: bytes | None, tmp_path: Path) -> None:
    if manifest is None:
        (tmp_path / MANIFEST).mkdir()
    else:
        (tmp_path / MANIFEST).write_bytes(manifest)
    with pytest.raises(CannotWrite, match="remove the folder and generate again"):
        write_tree(tmp_path, {"a": b"1"})


def test_a_tree_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="cannot be written"):
        write_tree(tmp_path, {"a": b"1", "a/b": b"2"})


def test_a_folder_is_replaced_when_the_work_succeeds(tmp_path: Path) -> None:
    folder = tmp_path / "new/site"
    for text in (b"first", b"second"):
        with replaced(folder) as work:
            (work / "page").write_bytes(text)
        assert _files(folder) == {"page": text}
        assert list(folder.parent.iterdir()) == [folder], "nothing is left beside it"


def _write_and_fail(work: Path) -> None:
    (work / "page").write_bytes(b"new")
    raise KeyboardInterrupt


def test_a_folder_stays_when_the_work_fails(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    with replaced(folder) as work:
        (work / "page").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), replaced(folder) as work:
        _write_and_fail(work)
    assert _files(folder) == {"page": b"old"}
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("former", [{"site/page": b"old"}, {}], ids=["with a former one", "without"])
def test_a_folder_comes_back_when_the_new_one_cannot_take_its_place(
    former: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    for name, content in former.items():
        write_file(tmp_path / name, content)
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="No space left"), replaced(folder) as work:
        (work / "page").write_bytes(b"new")
    assert _files(tmp_path) == former
