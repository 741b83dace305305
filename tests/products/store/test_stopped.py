"""An import that is killed, or meets a full disk or another import: the store stays intact, the next one resumes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from influence.errors import StoreError
from influence.products.store.catalogue import find_damage, read_store_info
from influence.products.store.importing import import_files
from influence.products.store.locking import lock_store
from tests.cli.calls import ROOT, bytes_of
from tests.products.store.made import flows_of, panel_pairs, split_over_products, write_baci

YEARS = (2016, 2017, 2018)


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """Three yearly files, the second of which is the largest."""
    folder = tmp_path_factory.mktemp("raw")
    for year, pairs in zip(YEARS, (500, 20_000, 500), strict=True):
        write_baci(folder, year, split_over_products(panel_pairs(year).head(pairs), year, seed=year))
    return folder


@pytest.fixture(scope="module")
def undisturbed(raw, tmp_path_factory):
    store = tmp_path_factory.mktemp("undisturbed") / "store"
    import_files([raw], store)
    return content(store)


def content(store) -> dict[str, str]:
    """Bytes of all but the lock, which holds the number of a process."""
    return {name: digest for name, digest in bytes_of(store).items() if name != ".lock"}


def child(*arguments, before: str = "") -> subprocess.Popen[str]:
    """An import in another process; `before` is run in it first."""
    code = f"import os, resource, signal, sys\n{before}\nfrom influence.cli import main\nmain()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-c", code, "data", "import", "baci", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def kill_at(process: subprocess.Popen[str], step: str) -> None:
    """SIGKILL as soon as the process says that this step begins."""
    assert process.stderr is not None
    assert any(line.startswith(step) for line in process.stderr), step
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.communicate()


def whole(store) -> list[int]:
    """Years of a store, after every file of it was held against its checksum."""
    if not (store / "store.json").exists():
        return []
    info = read_store_info(store)
    assert find_damage(info) == []
    return info.years


@pytest.mark.slow
def test_killed_again_and_again_an_import_ends_as_if_nothing_had_been(raw, undisturbed, tmp_path):
    store = tmp_path / "store"
    for step, years in (
        ("Reading 2016", []),
        ("Sorting and writing 2016", []),
        ("Checking 2017", [2016]),
        ("Sorting and writing 2017", [2016]),
        ("Reading 2018", [2016, 2017]),
    ):
        kill_at(child(raw, "--store", store), step)
        assert whole(store) == years
        assert list(store.glob(".work-*")), "it was killed before it had begun"
    done = import_files([raw], store)
    assert (list(done.kept), list(done.written)) == ([2016, 2017], [2018])
    assert content(store) == undisturbed


KILL_IN_THE_NTH_RENAME = """
from pathlib import Path
rename, left = Path.rename, [{n}]
def stopped(self, target):
    if self.name.startswith(("year=", ".old-")):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.rename = stopped
"""


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 2])
def test_killed_while_a_year_is_replaced_the_old_one_is_there_again(raw, undisturbed, tmp_path, nth):
    """The first rename sets the old year apart, the second gives the new one its name."""
    store = tmp_path / "store"
    import_files([raw], store)
    only = raw / "BACI_HS92_Y2016_V202401b.csv"
    process = child(only, "--store", store, "--replace", before=KILL_IN_THE_NTH_RENAME.format(n=nth))
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert (store / "year=2016").exists() == (nth == 1)
    done = import_files([only], store)
    assert (list(done.kept), list(done.written)) == ([2016], [])
    assert content(store) == undisturbed


# ---- full disk -------------------------------------------------------------------------------------


LIMIT = "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
LIMIT_LATE = f"""
from influence.products.store import importing
write_year = importing.write_year
def limited(engine, year, *others):
    if year.year == 2017:
        {LIMIT}
    return write_year(engine, year, *others)
importing.write_year = limited
"""


@pytest.mark.slow
@pytest.mark.parametrize("limit", [LIMIT, LIMIT_LATE], ids=["while reading", "while writing the year"])
def test_a_file_that_cannot_grow_stops_the_import_and_leaves_the_store_whole(raw, undisturbed, tmp_path, limit):
    """A limit on the size of files stands for a full disk: the system refuses to write on."""
    store = tmp_path / "store"
    process = child(raw, "--store", store, before=limit)
    _, message = process.communicate()
    assert process.returncode == 2, message
    assert "Traceback" not in message
    assert f"influence: the disk of {store} is full" in message
    assert "is intact and has of these years: 2016; missing: 2017, 2018." in message
    assert whole(store) == [2016]
    assert not list(store.glob(".work-*"))
    import_files([raw], store)
    assert content(store) == undisturbed


@pytest.fixture(params=["300k", "700k"])
def small_disk(request, tmp_path):
    """A disk that is full while the second year is read, or while it is written."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not permitted here; the limit on file sizes stands for it")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_stops_the_import_and_leaves_the_store_whole(raw, undisturbed, small_disk):
    store = small_disk / "store"
    with pytest.raises(StoreError) as caught:
        import_files([raw], store)
    assert f"the disk of {store} is full" in str(caught.value)
    assert "has of these years: 2016; missing: 2017, 2018" in str(caught.value)
    assert whole(store) == [2016]
    assert sorted(p.name for p in store.iterdir()) == [".lock", "store.json", "year=2016"]
    # Room is made: what is left goes on from there.
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    done = import_files([raw], store)
    assert (list(done.kept), list(done.written)) == ([2016], [2017, 2018])
    assert content(store) == undisturbed


# ---- two at once -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_of_two_imports_at_once_one_is_refused_with_a_clear_message(raw, undisturbed, tmp_path):
    store = tmp_path / "store"
    first = child(raw, "--store", store)
    assert first.stderr is not None
    assert any(line.startswith("Reading 2016") for line in first.stderr)
    # Paused, so that it cannot end before the second begins.
    first.send_signal(signal.SIGSTOP)
    start = time.monotonic()
    second = child(raw, "--store", store, "--quiet")
    _, message = second.communicate()
    assert second.returncode == 2
    assert message == (
        f"influence: another import (process {first.pid}) is filling {store}; wait until it has ended, or end it.\n"
    )
    assert time.monotonic() - start < 60
    first.send_signal(signal.SIGCONT)
    first.communicate()
    assert first.returncode == 0
    assert content(store) == undisturbed


def test_a_lock_dies_with_its_process(raw, undisturbed, tmp_path):
    store = tmp_path / "store"
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom influence.products.store.locking import lock_store\n"
        f"with lock_store(Path({str(store)!r})):\n    print('held', flush=True)\n    time.sleep(600)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=f"another import \\(process {holder.pid}\\) is filling"):
            import_files([raw], store)
        holder.kill()
    assert (store / ".lock").read_text() == f"{holder.pid}\n"
    import_files([raw], store)
    assert content(store) == undisturbed


def test_leftovers_of_the_dead_go_and_nothing_else(tmp_path):
    store = tmp_path / "store"
    for name in (".work-999999", ".old-year=2016", ".old-year=2017", "year=2017", "notes"):
        (store / name).mkdir(parents=True)
        (store / name / "file").write_text(name, encoding="utf-8")
    (store / "store.json").write_text("{}", encoding="utf-8")
    (store / ".store.json.12.new").write_text("{", encoding="utf-8")
    with lock_store(store) as work:
        assert work.is_dir()
    assert sorted(p.name for p in store.iterdir()) == [".lock", "notes", "store.json", "year=2016", "year=2017"]
    assert (store / "year=2016" / "file").read_text() == ".old-year=2016"
    assert (store / "year=2017" / "file").read_text() == "year=2017"


def test_a_year_that_is_there_is_not_written_again(raw, tmp_path):
    store = tmp_path / "store"
    import_files([raw / "BACI_HS92_Y2016_V202401b.csv"], store)
    before = (store / "year=2016" / "flows.parquet").stat()
    steps: list[str] = []
    import_files([raw], store, progress=steps.append)
    after = (store / "year=2016" / "flows.parquet").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert "2016 is in the store already, unchanged" in steps
    assert len(flows_of(store)) == read_store_info(store).rows
