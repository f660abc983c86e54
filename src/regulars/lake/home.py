"""A shop home: one folder with a retailer's data and settings."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from regulars.errors import ShopError, ShopExists, ShopNotFound
from regulars.lake.settings import Settings, from_environment, read_settings, write_settings

SETTINGS_FILE = "shop.toml"


@dataclass(frozen=True)
class ShopHome:
    """The folder, and where things are in it."""

    path: Path

    @classmethod
    def find(cls, home: str | os.PathLike[str] | None = None) -> "ShopHome":
        """The home at ``home``, else at REGULARS_HOME, else here; ShopNotFound where none is."""
        path = Path(home or os.environ.get("REGULARS_HOME") or ".").expanduser().resolve()
        if not (path / SETTINGS_FILE).is_file():
            raise ShopNotFound(
                f"No shop home at {path} (it has no {SETTINGS_FILE}). "
                f"Make one with: regulars init --home {home or 'my-shop'}"
            )
        return cls(path)

    @classmethod
    def create(
        cls, home: str | os.PathLike[str] | None = None, settings: Mapping[str, str] | None = None
    ) -> "ShopHome":
        """A new home with its settings file and folders.

        Raises ShopExists if there is one, ShopError where the machine lets none be made.
        """
        path = Path(home or os.environ.get("REGULARS_HOME") or ".").expanduser().resolve()
        try:
            return cls._made(path, settings or {})
        except OSError as error:
            why = error.strerror or error
            raise ShopError(f"Cannot make a shop home at {path}: {why}. Choose another.") from None

    @classmethod
    def _made(cls, path: Path, settings: Mapping[str, str]) -> "ShopHome":
        if (path / SETTINGS_FILE).exists():
            raise ShopExists(f"There is a shop home at {path} already. Choose another --home.")
        if path.exists() and not path.is_dir():
            raise ShopExists(f"{path} is a file, not a folder. Choose another --home.")
        path.mkdir(parents=True, exist_ok=True)
        write_settings(path / SETTINGS_FILE, settings)
        made = cls(path)
        for folder in (made.lake_path, made.inbox, made.quarantine, made.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        return made

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.path / SETTINGS_FILE)

    @property
    def lake_path(self) -> Path:
        return self.path / self.settings["lake.url"]

    @property
    def inbox(self) -> Path:
        """Received, not yet in the lake."""
        return self.path / "inbox"

    @property
    def quarantine(self) -> Path:
        """What could not be imported, and the account of every import."""
        return self.path / "quarantine"

    @property
    def scratch(self) -> Path:
        """Where engines spill and files are unpacked; may be emptied at any time."""
        return self.path / "tmp"

    @property
    def database_url(self) -> str:
        """DATABASE_URL, else the setting, else the SQLite file in the home."""
        given = from_environment("DATABASE_URL") or self.settings["database.url"]
        return given or f"sqlite:///{self.path / 'backoffice.db'}"

    @property
    def secret_key(self) -> str:
        """The signing key: REGULARS_SECRET_KEY, else one made once, readable by the owner only."""
        given = from_environment("REGULARS_SECRET_KEY")
        if given:
            return given
        file = self.path / ".secret_key"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(48))
        return file.read_text()
