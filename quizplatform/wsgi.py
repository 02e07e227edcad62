"""The pages process: staff pages and the client's shell."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizplatform.settings")
application = get_wsgi_application()
