"""The people's database, as the commands need it: Django on one shop, and its migrations."""

import os

from regulars.errors import DatabaseUnreachable
from regulars.lake import ShopHome


def setup(home: ShopHome) -> None:
    """Django, on that shop; the children of this process inherit the shop too."""
    os.environ["REGULARS_HOME"] = str(home.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "regulars.backoffice.settings"
    import django

    django.setup()


def migrate(home: ShopHome) -> None:
    """Bring the database's tables up to date; DatabaseUnreachable where there is none."""
    setup(home)
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        call_command("migrate", "--no-input", verbosity=0)
    except OperationalError as error:
        raise DatabaseUnreachable(
            f"The database of {home.path} does not answer: {_first_line(error)} "
            "Is it running, and is DATABASE_URL right?"
        ) from None


def pending_migrations(home: ShopHome) -> int:
    """How many migrations wait; DatabaseUnreachable where there is no database."""
    setup(home)
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError as error:
        raise DatabaseUnreachable(f"The database does not answer: {_first_line(error)}") from None


def user_count() -> int:
    """How many people can sign in; after ``setup``."""
    from django.contrib.auth.models import User

    return User.objects.filter(is_active=True).count()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]
