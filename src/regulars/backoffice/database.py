"""A database URL as Django's DATABASES entry: SQLite or PostgreSQL, nothing else."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from regulars.errors import SettingInvalid

# One writer at a time, readers never blocked; a busy database waits instead of failing.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
KINDS = "sqlite:///file or postgresql://user:password@host:port/name"


def database_settings(url: str) -> dict[str, Any]:
    """The DATABASES entry for a URL; SettingInvalid where the URL is of no known kind."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    raise SettingInvalid(f"DATABASE_URL is of the kind '{parts.scheme}'. It must be {KINDS}.")


def _sqlite(path: str) -> dict[str, Any]:
    name = path[1:] if path.startswith("/:memory:") or path.startswith("//") else path
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name or ":memory:",
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise SettingInvalid(f"DATABASE_URL has a port that is no number. Use {KINDS}.") from None
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise SettingInvalid(f"DATABASE_URL names no database. Use {KINDS}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
