"""What tests that start real processes share: an environment that leads to the test's own database."""

import os
from urllib.parse import urlencode

from django.db import connection


def own_environment(**more: str) -> dict[str, str]:
    """The environment of a process that works on the test's own database, reached by address or by socket folder."""
    values = connection.get_connection_params()
    where = urlencode({key: values[key] for key in ("host", "port") if values.get(key)})
    url = f"postgresql://{values['user']}:{values.get('password', '')}@/{values['dbname']}?{where}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "quizplatform.settings", **more}
