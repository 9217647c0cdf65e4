"""The command line: `khaothi COMMAND`. Each command is a module in `api/commands`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from sqlalchemy.exc import OperationalError, ProgrammingError

from itembank.errors import KhaothiError

from . import commands as all_commands
from .commands import (
    audit,
    calibrate,
    create_user,
    cross_check,
    demo,
    export_items,
    export_process,
    export_responses,
    export_results,
    handover,
    import_items,
    import_responses,
    migrate,
    package,
    qti,
    reindex,
    results,
    roster,
    score,
    serve,
    site,
    worker,
)
from .db import UnsafeDatabase
from .i18n import translate
from .settings import setting_fields

NO_DATABASE = (
    "cơ sở dữ liệu không dùng được. Kiểm tra KHAOTHI_DATABASE_URL, rồi chạy `khaothi migrate` nếu "
    "chưa có bảng."
)
COMMANDS: tuple[ModuleType, ...] = (
    serve,
    demo,
    worker,
    migrate,
    create_user,
    import_items,
    export_items,
    import_responses,
    calibrate,
    score,
    cross_check,
    export_responses,
    export_results,
    export_process,
    qti,
    reindex,
    roster,
    site,
    package,
    handover,
    results,
    audit,
)
EXIT_BAD_INPUT = 2


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="khaothi",
        description=all_commands.__doc__,
        epilog=_settings_table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_parser(subparsers)
    return made


def _settings_table() -> str:
    rows = [
        f"  KHAOTHI_{s.name.upper():<22} {translate(s.metadata['help'], 'en')} [{s.default!r}]"
        for s in setting_fields()
    ]
    return "\n".join(["settings (environment variables):", *rows])


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        status: int = args.run(args)
    except KhaothiError as error:
        _explain(error)
        return EXIT_BAD_INPUT
    except (OperationalError, ProgrammingError) as error:
        print(f"khaothi: {NO_DATABASE} ({error.orig})", file=sys.stderr)
        return EXIT_BAD_INPUT
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BAD_INPUT
    except (UnsafeDatabase, ValueError) as error:
        print(f"khaothi: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return status


def _explain(error: KhaothiError) -> None:
    print(f"khaothi: {error.message}", file=sys.stderr)
    for found in error.problems:
        print(f"  {found.where}: {found.what}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
