"""How the web process listens; the same file for `make run` and for the image.

The supervisor sets PORT to a free one; the image listens for its reverse proxy.
"""

import ctypes
import gc
import os
from typing import Any

bind = f"{os.environ.get('BIND_ADDRESS', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "sync"
# Loaded and warmed up once, before the workers are split off: they share the memory of it, and no
# connection.
preload_app = True
# A worker that hangs is replaced; no page may take this long.
timeout = 30
graceful_timeout = 15
# Each worker is replaced now and then, not all at once, so that slow leaks never add up.
max_requests = 5000
max_requests_jitter = 500
# Heartbeats must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True
limit_request_line = 8190
limit_request_fields = 60


def pre_fork(server: Any, worker: Any) -> None:
    """Give back what loading used for a while, and keep the garbage collector off what is shared.

    Looking at an object would copy its page.
    """
    gc.collect()
    gc.freeze()
    # Workers collect what they hold for long once it is a quarter of what was left here: nothing.
    gc.collect()
    # Only the C library of GNU has it.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
