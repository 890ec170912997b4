"""Health paths of ministack itself.

By default it also answers `/health` on the host of an API, which has such a route of its own.
"""

from ministack import app


def install() -> None:
    app._HEALTH_PATHS = ("/_ministack/health",)
