"""Make a data folder ready for the server: tables, Dagster's home, pools.

``arena serve`` runs it as ``python -m arena_assets.cli.prepare``, so that the process above the
others neither imports Dagster nor has threads.
"""

from __future__ import annotations

import json
import os
import sys

from arena_assets.errors import ArenaError


def main() -> int:
    """Do it and print, as JSON, the environment that Dagster's processes need.

    On an :class:`ArenaError` its parts are printed instead, and its exit code is ours.
    """
    from arena_assets.defs.instance import instance_environment, set_pool_limits, write_instance
    from arena_assets.settings import settings
    from arena_assets.store.database import Database
    from arena_assets.workshop.services import check_services

    try:
        check_services(settings())
        db = Database(settings().sqlalchemy_url)
        db.migrate()
        db.dispose()
        write_instance(settings())
        environment = instance_environment(settings())
        os.environ.update(environment)
        set_pool_limits(settings())
    except ArenaError as error:
        sys.stdout.write(json.dumps({"what": error.what, "next_step": error.next_step}))
        return error.exit_code
    sys.stdout.write(json.dumps(environment))
    return 0


if __name__ == "__main__":
    sys.exit(main())
