"""The server that the journeys run against: nothing of it stays, and nothing of the developer's leaks in.

playwright.config.ts sets the directories (configuration, data, runtime, root) in the environment.
"""

import os

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821  (Jupyter gives it to configuration files)
configure_jupyter_server(c)
c.ServerApp.port = int(os.environ["SEPT_UI_PORT"])
c.ServerApp.allow_root = True
c.ServerApp.allow_origin = "*"
