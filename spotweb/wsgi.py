import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotweb.settings")
_handler = get_wsgi_application()

from accounts.house.guard import HouseGuard  # noqa: E402  # it needs the apps

application = HouseGuard(_handler)
