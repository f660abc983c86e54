"""The back office as an ASGI application: regulars.backoffice.asgi:application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.backoffice.settings")
application = get_asgi_application()

from regulars.backoffice.warming import start_warming  # noqa: E402 - Django is set up by now

start_warming()
