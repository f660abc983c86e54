"""The back office as a WSGI application: regulars.backoffice.wsgi:application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.backoffice.settings")
application = get_wsgi_application()

from regulars.backoffice.warming import start_warming  # noqa: E402 - Django is set up by now

start_warming()
