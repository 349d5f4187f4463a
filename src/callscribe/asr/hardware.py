"""What a machine can bear."""

import ctypes
import os

#: Clips that are decoded at once: a GPU is busy only with many, and a CPU's memory and caches hold fewer.
_BATCH = {"cuda": 16, "cpu": 8}
_SMALL_MACHINE_GB, _SMALL_BATCH = 6, 4
#: From glibc's malloc.h, see mallopt(3).
_M_ARENA_MAX = -8


def batch_size_for(device: str) -> int:
    """Clips of up to 28 s that are decoded at once."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return _SMALL_BATCH if memory_gb < _SMALL_MACHINE_GB else _BATCH[device]


def cores() -> int:
    """CPU cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_heap() -> None:
    """Make all threads of this process, those that begin later, take memory from one heap.

    glibc gives each thread one of its own, and what one thread is done with is of no use to the next. One heap takes
    140 MB less with the smallest model, and up to a tenth more time. With another C library nothing is done.
    """
    _of_glibc("mallopt", _M_ARENA_MAX, 1)


def give_back() -> None:
    """Hand memory that is free to the system, which glibc otherwise does only with what lies at the end of a heap."""
    _of_glibc("malloc_trim", 0)


def _of_glibc(function: str, *arguments: int) -> None:
    call = getattr(ctypes.CDLL(None), function, None)
    if call:
        call(*arguments)
