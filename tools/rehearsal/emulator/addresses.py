"""Paths that ministack answers itself, whatever the host: an API at `<its id>.execute-api.localhost` has a `/health` of its own."""

from ministack import app


def install() -> None:
    app._HEALTH_PATHS = ("/_ministack/health",)
