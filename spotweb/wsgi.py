import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotweb.settings")
# By this status a server such as gunicorn knows that another try would end in the same way.
_APP_LOAD_ERROR = 4
try:
    _handler = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.stderr.write(f"The settings aren't right:\n{error}\n")
    sys.exit(_APP_LOAD_ERROR)

from accounts.house.guard import HouseGuard  # noqa: E402  # it needs the apps

application = HouseGuard(_handler)
