"""The pages process: staff pages and the client's shell."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizplatform.settings")
settings.SECRET_KEY  # noqa: B018 - without one this raises, here and not at the first visitor
application = get_wsgi_application()
