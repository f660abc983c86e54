"""python -m regulars.cli: the same as the command regulars."""

from regulars.cli.main import app

app()
