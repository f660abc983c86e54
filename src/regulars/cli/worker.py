"""regulars worker: does the queued work (imports, refreshes, campaigns) of one shop."""

from regulars.cli.options import Home


def worker(home: Home = None) -> None:
    """Do the back office's queued work until stopped."""
    from regulars.cli.people import setup
    from regulars.lake import ShopHome

    setup(ShopHome.find(home))
    from django.core.management import call_command

    call_command("db_worker", "--interval", "0.5", "--no-startup-delay", "--no-reload")
