"""Where errors become exit codes: 0 done, 1 the user's input is at fault, 2 wrong usage.

Each error is one line on stderr; a traceback means a defect of ours.
"""

import errno
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from regulars.errors import RegularsError, among

OF_THE_MACHINE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}
STOPPED = 130


class WrongUsage(typer.TyperException):
    """A command line that cannot mean anything; its message is the whole line."""

    exit_code = 2


class NotWritten(typer.TyperException):
    """A file that was asked for and that the machine does not let us write."""

    exit_code = 1


class Shell(TyperGroup):
    """The group of all commands; what a command raises is told here and nowhere else."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was asked for; what exists instead, where there is none of that name."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            existing = among(args[0], self.list_commands(ctx), "Commands")
            raise WrongUsage(f"Command '{args[0]}' does not exist. {existing}")
        return super().resolve_command(ctx, args)

    def main(  # type: ignore[override]  # typer's own passes these through as well
        self, args: Sequence[str] | None = None, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command line; exits with its code unless ``standalone_mode`` is off."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        try:
            code = super().main(args, standalone_mode=False, **extra)
        except RegularsError as error:
            fail(str(error), 1)
        except typer.TyperException as error:
            # typer puts the kind of Python error before what a choice can be
            fail(error.format_message().replace("Value error, ", ""), error.exit_code)
        except typer.Abort:
            fail("stopped.", STOPPED)
        except OSError as error:
            if error.errno not in OF_THE_MACHINE:
                raise
            fail(f"{error.filename or 'file'}: {error.strerror}.", 1)
        sys.exit(code if isinstance(code, int) else 0)


def fail(message: str, code: int) -> NoReturn:
    """One line on stderr, then the end."""
    line = " ".join(message.split())
    sys.stderr.write(f"error: {line}\n")
    sys.exit(code)
