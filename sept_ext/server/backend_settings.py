"""What the backend needs to know of the Jupyter server, gathered by the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class BackendSettings:
    """What the backend needs to know of the server. Any: jupyter_server's managers, which have no common types."""

    version: str
    db_url: str = field(repr=False)  # may hold a password
    secret_key_file: Path
    user_name: str
    root_dir: str
    contents_manager: Any
    kernel_manager: Any
    session_manager: Any
    identity_provider: Any
    event_logger: Any
