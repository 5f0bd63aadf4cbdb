"""Every knob is an environment variable (or a line of `.env`); docs/configuration.md lists them.

A wrong value stops the start and names the remedy. One URL, SPOTWEB_URL, decides hosts, cookies, HSTS and
the redirect URI.
"""

import json
import os
import re
import secrets
import sys
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from marshmallow.validate import OneOf, Range

from spotweb.configuration import Configuration
from spotweb.network.addresses import get_identity
from spotweb.network.lan import is_contained, list_hosts, list_sandbox_hosts
from spotweb.setting_checks import (
    NO_FOLDER,
    check_database,
    check_keys,
    check_ports,
    check_secret,
    check_token,
    find_lan_url,
    parse_bind,
    parse_date,
    parse_hosts,
    parse_house_url,
    parse_lan_url,
    parse_owner,
    parse_spotify_url,
    parse_time_zone,
)
from spotweb.storage.private_files import make_private, use_private_umask

BASE_DIR = Path(__file__).resolve().parent.parent
env = Configuration(BASE_DIR)
env.read_file(env.str("SPOTWEB_ENV_FILE", default=".env"))  # what is set outside wins
env.read_secret_files(
    "SPOTIFY_CLIENT_SECRET", "SECRET_KEY", "TOKEN_KEY", "TOKEN_KEYS_OLD", "DATABASE_URL", "CACHE_URL",
    "BACKUP_PASSPHRASE", "STATUS_TOKEN",
)  # fmt: skip

# Without keys of one's own it is the demo, whose data lies apart: neither ever sees the other's.
IS_DEMO = not env.str("SPOTIFY_CLIENT_ID", default="")
DATA_ROOT = BASE_DIR / env.path("SPOTWEB_DATA_DIR", default=Path("data"))
DATA_DIR = DATA_ROOT / "demo" if IS_DEMO else DATA_ROOT
# Sessions and encrypted tokens are in there: no other user of the box needs to read them.
use_private_umask()
for _folder in (DATA_ROOT, DATA_DIR):
    try:
        _folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno not in NO_FOLDER:
            raise
        msg = f"SPOTWEB_DATA_DIR is {DATA_ROOT}, which can't be a folder: {error.strerror}."
        raise ImproperlyConfigured(msg) from None
    make_private(_folder)


def _kept_secret_key() -> str:
    """The key made on first start; whoever takes a copy of the data folder takes it along."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        draft = DATA_DIR / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        # Complete or not at all; of two processes that start at once, the first one's key stays.
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            draft.unlink()
        except OSError:  # a file system without links
            draft.replace(path)
        else:
            draft.unlink()
    key: str = path.read_text().strip()
    if not key:
        msg = f"{path} is empty. Put a copy of it back, or delete it: then everybody signs in again."
        raise ImproperlyConfigured(msg)
    return key


def _former_secret_key() -> list[str]:
    """The key of the data folder, also where SECRET_KEY has replaced it; empty where none was made."""
    try:
        return [key] if (key := (DATA_DIR / "secret_key").read_text().strip()) else []
    except (OSError, ValueError):
        return []


def _read_house_key() -> str:
    """Members of a new house have the numbers of those of the old one, but the cache may be the same."""
    try:
        return str(json.loads((DATA_DIR / "house.json").read_text())["house"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""  # it is made by the first `migrate`, before anything is served


def _newest_version() -> str:
    """The changelog's newest heading with a number, so that the two cannot differ."""
    headings = re.findall(r"^## (\d\S*)", (BASE_DIR / "CHANGELOG.md").read_text(), re.MULTILINE)
    return str(headings[0]) if headings else "development"


VERSION = _newest_version()
DEBUG = env.bool("DEBUG", default=False)
# Version 0.2 took spaces and quotes around a key for a part of it: what it signed and encrypted stays good.
_secret_key, _secret_keys_of_0_2 = env.read_key("SECRET_KEY")
SECRET_KEY: str = _secret_key or _kept_secret_key()
SECRET_KEY_FALLBACKS = _secret_keys_of_0_2 if _secret_key else []  # spaces alone anybody could guess
_token_key, _token_keys_of_0_2 = env.read_key("TOKEN_KEY")
TOKEN_KEY = _token_key or SECRET_KEY
# Keys that once encrypted the kept tokens, newest first; TOKEN_KEY lets them outlive a change of SECRET_KEY.
_former_keys = [
    *_token_keys_of_0_2, *env.read_keys("TOKEN_KEYS_OLD"), *_secret_keys_of_0_2, *_former_secret_key()
]  # fmt: skip
TOKEN_KEYS_OLD = [key for key in _former_keys if key != TOKEN_KEY]

# --- Where we are ---------------------------------------------------------------------------------------
PORT = env.int("PORT", default=8000, validate=Range(1, 65535))
SANDBOX_PORT = env.int("SANDBOX_PORT", default=8001, validate=Range(1, 65535))
BIND = parse_bind(env, env.str("BIND", default="127.0.0.1"), port=PORT)  # 0.0.0.0 in a container
WEB_THREADS = env.int("WEB_THREADS", default=24, validate=Range(6, 500))

# What members type. Its path, as in https://nas.example/music, is where all pages lie.
SPOTWEB_URL = parse_house_url(env, env.str("SPOTWEB_URL") or f"http://127.0.0.1:{PORT}", port=PORT)
SPOTWEB_ORIGIN = f"{SPOTWEB_URL.scheme}://{SPOTWEB_URL.netloc}"
IS_HTTPS = SPOTWEB_URL.scheme == "https"
# Where phones of the household find the app without https: the address that is set, or the one that is found.
IS_LAN_ADDRESS_FOUND = env.bool("LAN", default=False) and not env.str("SPOTWEB_LAN_URL")
SPOTWEB_LAN_URL = (
    find_lan_url(env, port=PORT)
    if IS_LAN_ADDRESS_FOUND
    else parse_lan_url(env, env.str("SPOTWEB_LAN_URL"), port=PORT, bind=BIND, house=SPOTWEB_URL)
)
LAN_HOSTS = list_hosts(SPOTWEB_LAN_URL, bind=BIND)
SITE_NAME = env.str("SITE_NAME", default="Our Music")
if SITE_NAME.lower().startswith("spot"):
    env.mistakes.append(
        "SITE_NAME may not start with “Spot”: Spotify's branding rules forbid it. Choose another name."
    )

ALLOWED_HOSTS: list[str] = [
    SPOTWEB_URL.netloc.removesuffix(f":{SPOTWEB_URL.port}"),
    *([SPOTWEB_LAN_URL.netloc.removesuffix(f":{SPOTWEB_LAN_URL.port}")] if SPOTWEB_LAN_URL else []),
    "127.0.0.1",
    "localhost",
    "[::1]",
    *parse_hosts(env, env.list("ALLOWED_HOSTS", default=[])),
]
# With its port: what else this host serves under other ports is not the household.
CSRF_TRUSTED_ORIGINS = [SPOTWEB_ORIGIN]

# A certificate of the household's own, and the Caddyfile that uses it: `make https` makes them.
HTTPS_DIR = DATA_ROOT / "https"

# --- Spotify --------------------------------------------------------------------------------------------
SPOTIFY_CLIENT_ID = env.str("SPOTIFY_CLIENT_ID", default="")
SPOTIFY_CLIENT_SECRET = env.str("SPOTIFY_CLIENT_SECRET", default="")
SPOTIFY_QUOTA_MODE = env.str(
    "SPOTIFY_QUOTA_MODE", default="development", validate=OneOf(["development", "extended"])
)
SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
# Where phones find the pages and pictures of the simulated Spotify, in a demo that is open to them.
SANDBOX_LAN_URL = ""
if IS_DEMO and SPOTWEB_LAN_URL:
    SANDBOX_LAN_URL = (
        f"http://{SPOTWEB_LAN_URL.netloc.removesuffix(f':{SPOTWEB_LAN_URL.port}')}:{SANDBOX_PORT}"
    )
SANDBOX_LAN_HOSTS = list_sandbox_hosts(LAN_HOSTS, bind=BIND) if IS_DEMO else []
if IS_DEMO:
    SPOTIFY_CLIENT_ID = "demo-household"
SPOTIFY_API_URL = env.str(
    "SPOTIFY_API_URL", default=f"{SANDBOX_URL}/v1" if IS_DEMO else "https://api.spotify.com/v1"
)
SPOTIFY_ACCOUNTS_URL = env.str(
    "SPOTIFY_ACCOUNTS_URL", default=SANDBOX_URL if IS_DEMO else "https://accounts.spotify.com"
)
SPOTIFY_API_URL = parse_spotify_url(env, "SPOTIFY_API_URL", SPOTIFY_API_URL)
SPOTIFY_ACCOUNTS_URL = parse_spotify_url(env, "SPOTIFY_ACCOUNTS_URL", SPOTIFY_ACCOUNTS_URL)
check_keys(env, client_id="" if IS_DEMO else SPOTIFY_CLIENT_ID, api_url=SPOTIFY_API_URL)
# The Spotify account of the person who owns the household; unset: who comes first, or has the owner code.
SPOTWEB_OWNER = parse_owner(env, env.str("SPOTWEB_OWNER"))
# Whose data this is: another app at the same Spotify is still the same house, another Spotify is not.
SPOTIFY_IDENTITY = "demo" if IS_DEMO else get_identity(SPOTIFY_API_URL)

# When the build of the box's own speaker was made (docs/speaker.md): the doctor says when it ends.
SPEAKER_BUILD_DATE = parse_date(env, "SPEAKER_BUILD_DATE", env.str("SPEAKER_BUILD_DATE"))

# How much Spotify is asked; unset means what is known to work in the quota mode (see rate_limit/limits.py).
SPOTIFY_PACE_REQUESTS = env.int("SPOTIFY_PACE_REQUESTS", default=None, validate=Range(min=0))
SPOTIFY_PACE_SECONDS = env.float("SPOTIFY_PACE_SECONDS", default=None, validate=Range(1, 86_400))
SPOTIFY_PACE_PARALLEL = env.int("SPOTIFY_PACE_PARALLEL", default=None, validate=Range(min=1))
SPOTIFY_DAILY_READS = env.int("SPOTIFY_DAILY_READS", default=None, validate=Range(min=0))
SPOTIFY_DAILY_RESERVE = env.int("SPOTIFY_DAILY_RESERVE", default=None, validate=Range(min=0))

# --- Backups: one a night, kept for so many days (0: none by itself) -------------------------------------
BACKUP_DAYS = env.int("BACKUP_DAYS", default=7, validate=Range(0, 36_500))
BACKUP_DIR = BASE_DIR / env.path("BACKUP_DIR", default=DATA_ROOT / "backups") / ("demo" if IS_DEMO else "")
BACKUP_PASSPHRASE = env.str("BACKUP_PASSPHRASE", default="")

# --- Playlists: how long what was in them is kept, and how many versions of each ------------------------
PLAYLIST_HISTORY_DAYS = env.int("PLAYLIST_HISTORY_DAYS", default=90, validate=Range(1, 36_500))
PLAYLIST_HISTORY_COUNT = env.int("PLAYLIST_HISTORY_COUNT", default=200, validate=Range(min=1))

# --- Django ---------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "spotweb",
    "spotweb.jobs",
    "accounts",
    "library",
    "player",
    "playlists",
    "home",
]

MIDDLEWARE = [
    "spotweb.web.frame_room.FrameRoomMiddleware",
    "accounts.status.metrics.CountingMiddleware",
    "spotweb.web.middleware.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "spotweb.web.middleware.CompressedTextMiddleware",
    "spotweb.web.middleware.NoStoreMiddleware",
    "csp.middleware.CSPMiddleware",
    "spotweb.web.house_address.HouseAddressMiddleware",
    "spotweb.web.middleware.CleanTextMiddleware",
    "spotweb.web.middleware.ReaderLocaleMiddleware",
    "spotweb.web.middleware.SpotifyThreadsMiddleware",
    "accounts.sign_in.sessions.RenewedSessionMiddleware",
    "spotweb.web.house_address.RelativeRedirectMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "spotweb.web.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "spotweb.web.middleware.WrongMethodMiddleware",
    "spotweb.web.middleware.PartsMiddleware",
    "spotweb.web.middleware.SpotifyErrorMiddleware",
]

ROOT_URLCONF = "spotweb.urls"
WSGI_APPLICATION = "spotweb.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "spotweb.web.context_processors.page_frame",
            ],
            # Numbers in sentences have separators.
            "libraries": {"i18n": "spotweb.templatetags.grouped_i18n"},
            "builtins": ["spotweb.templatetags.remembered_urls"],
        },
    },
]

# How long a request waits while another program holds the database; pages that only read wait half as long.
DATABASE_WAIT_S = env.float("DATABASE_WAIT_S", default=4, validate=Range(min=0))
_SQLITE_OPTIONS = {
    # A transaction that upgrades from reading to writing fails at once instead of waiting.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # of the worker: requests give up sooner
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        # 32 MB of log, where 4 would have a first reading of a large library write its indexes to the
        # disk several times. 4 MB of pages for each thread; that reading takes more (library/sync).
        "PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-4000;"
        # What a statement may have to take back is kept in memory, not in a file that nobody reads.
        "PRAGMA temp_store=MEMORY;"
    ),
}
# As long as SQLite waits for another writer; by itself PostgreSQL would wait for ever.
_POSTGRESQL_OPTIONS = {"options": "-c lock_timeout=20s", "connect_timeout": 5}


def _require_driver(setting: str, module: str) -> None:
    if find_spec(module) is None:
        remedy = "Build the image with ENGINES=1" if is_contained() else "Install it with: make engines"
        env.mistakes.append(f"{setting} needs the Python package “{module}”. {remedy}")


_database = env.dj_db_url("DATABASE_URL")
if _database:
    check_database(env, _database)
DATABASES = {
    "default": _database or {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "spotweb.sqlite3"}
}
_engine = DATABASES["default"]["ENGINE"]
_is_sqlite = _engine == "django.db.backends.sqlite3"
if not _is_sqlite:
    if _engine == "django.db.backends.postgresql":
        _require_driver("DATABASE_URL", "psycopg")
    else:
        env.mistakes.append(
            "DATABASE_URL has to begin with postgres:// or sqlite:///; other databases aren't supported."
        )
if _is_sqlite:  # one file, wherever a command is started
    DATABASES["default"]["NAME"] = BASE_DIR / DATABASES["default"]["NAME"]
_options = _SQLITE_OPTIONS if _is_sqlite else _POSTGRESQL_OPTIONS
DATABASES["default"] |= {
    "OPTIONS": _options | DATABASES["default"].get("OPTIONS", {}),
    "CONN_MAX_AGE": 60,  # opening a connection and its settings again costs each response 1 to 2 ms
    "CONN_HEALTH_CHECKS": not _is_sqlite,  # a server may have been restarted since
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Each is asked when those before it are away (spotweb.storage.steady_cache). All processes share the table.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "spotweb.storage.steady_cache.SteadyCache",
        "OPTIONS": {"CHAIN": ["table", "memory"]},
    },
    "table": {
        "BACKEND": "spotweb.storage.steady_cache.TableCache",
        "LOCATION": "cache",
        # Django's 300 would throw out the rate limit's memory as soon as a few albums are kept.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "memory": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "outage",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}
if _cache_server := env.dj_cache_url("CACHE_URL"):
    CACHES["server"] = _cache_server
    CACHES["default"]["OPTIONS"]["CHAIN"].insert(0, "server")
    if "redis" not in CACHES["server"]["BACKEND"] or "://" not in os.environ["CACHE_URL"]:
        env.mistakes.append(
            "CACHE_URL has to begin with redis:// or rediss://; all processes have to share the cache. Unset "
            "it is a table of the database."
        )
    else:
        _require_driver("CACHE_URL", "redis")
        # A server that does not answer holds a page up this long, once.
        _waits = {"socket_connect_timeout": 1, "socket_timeout": 1}
        CACHES["server"]["OPTIONS"] = _waits | CACHES["server"].get("OPTIONS", {})
# Several may share one cache: what was said of one Spotify, or of one house, is never taken for another's.
HOUSE_KEY = blake2b(f"{SPOTIFY_IDENTITY} {_read_house_key()}".encode(), digest_size=5).hexdigest()
_keys = {"KEY_PREFIX": HOUSE_KEY, "KEY_FUNCTION": "spotweb.storage.steady_cache.make_key"}
CACHES = {alias: cache | _keys for alias, cache in CACHES.items()}

# --- Work in the background: `manage.py worker` does what pages leave to it (spotweb.jobs) -----------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Sign-in --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.sign_in.adapters.HouseAccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.adapters.SpotifyAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS: set[str] = set()
ACCOUNT_SIGNUP_FIELDS = [
    "email"
]  # never asked for; an empty list would mean allauth's own choice, a username
SILENCED_SYSTEM_CHECKS = [
    "account.W001",  # it wants a login method of allauth's own, and there is none
    # A household's other boxes may live under the same domain, without https; this app cannot speak for them.
    "security.W005",
    "security.W021",
    "security.W008",  # spotweb.web.house_address leads to https, and notices when that leads in circles
    "templates.W003",  # i18n is replaced on purpose, see TEMPLATES
]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SPOTWEB_URL.scheme
SOCIALACCOUNT_ONLY = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {
    "spotify": {
        "APPS": [{"client_id": SPOTIFY_CLIENT_ID, "secret": SPOTIFY_CLIENT_SECRET, "key": ""}],
        "OAUTH_PKCE_ENABLED": True,
    }
}
SOCIALACCOUNT_STORE_TOKENS = False  # allauth keeps them in plain text; accounts.Grant encrypts them
SESSION_ENGINE = "accounts.sign_in.sessions"
# Since the last use. A tablet on the wall stays signed in, a phone that was given away does not.
SESSION_COOKIE_AGE = 60 * 24 * 3600
# Browsers do not tell ports apart: the demo on this host signs nobody out of the real house. Below a path the
# host is shared with other apps, whose cookies are sent along.
_COOKIE_PREFIX = ("demo_" if IS_DEMO else "") + "".join(
    f"{word}_" for word in SPOTWEB_URL.path.split("/")[1:]
)
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = SPOTWEB_URL.path or "/"
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"
LAST_MEMBER_COOKIE_NAME = f"{_COOKIE_PREFIX}last_member"
# What a program that watches the household shows: `Authorization: Bearer …`. Unset: the owner alone sees it.
STATUS_TOKEN = env.str("STATUS_TOKEN")
check_token(env, "STATUS_TOKEN", STATUS_TOKEN)

# --- Security -------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "spotweb.views.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
# It holds for all ports and paths of a host: where ours is not the usual one, others are other people's, and
# phones may come to the same name by http.
_has_own_name = not (SPOTWEB_URL.port or SPOTWEB_URL.path) and not (
    SPOTWEB_LAN_URL and SPOTWEB_LAN_URL.hostname == SPOTWEB_URL.hostname
)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS and _has_own_name else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Spotify serves artwork from several hosts under these two names; the sandbox draws its own.
_ARTWORK = ["https://*.scdn.co", "https://*.spotifycdn.com"]
_SPOTIFY_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(SPOTIFY_ACCOUNTS_URL))
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "img-src": [
            SELF,
            "data:",
            *_ARTWORK,
            *([SANDBOX_URL] if IS_DEMO else []),
            *filter(None, [SANDBOX_LAN_URL]),
        ],
        # Browsers hold the redirect after a form to this list too, and signing in is a POST.
        "form-action": [SELF, _SPOTIFY_ORIGIN, *filter(None, [SANDBOX_LAN_URL])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Words, time, files ---------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = parse_time_zone(env, env.str("TZ", default="UTC"))
USE_TZ = USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
STATIC_URL = f"{SPOTWEB_URL.path}/static/"
# An image brings its static files along, collected when it was made; else each start collects them.
_static_dir = env.path("SPOTWEB_STATIC_DIR")
HAS_COLLECTED_FILES = _static_dir is not None
STATIC_ROOT = BASE_DIR / _static_dir if _static_dir else DATA_DIR / "static"
if not HAS_COLLECTED_FILES:
    STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns when there is none
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only our own: django-htmx brings an htmx that we do not use.
STATICFILES_FINDERS = [
    "spotweb.web.static_files.Bundles",
    "django.contrib.staticfiles.finders.FileSystemFinder",
]
STATIC_BUNDLES_DIR = DATA_DIR / "bundles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or "pytest" in sys.modules
        else "spotweb.web.static_files.FingerprintedFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Forms say kindly how many they take; this is only against floods.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_HANDLERS = [
    "spotweb.web.uploads.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
LOG_FORMAT = env.str("LOG_FORMAT", default="text", validate=OneOf(["text", "json"]))
LOG_FORMATTERS: dict[str, dict[str, Any]] = {
    "text": {"format": "{levelname} {name}: {message}", "style": "{"},
    "json": {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "format": "{levelname}{name}{message}",
        "style": "{",
        "rename_fields": {"levelname": "level", "name": "logger"},
        "timestamp": True,
    },
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"console": LOG_FORMATTERS[LOG_FORMAT]},
    "filters": {
        "outage": {
            "()": "django.utils.log.CallbackFilter",
            "callback": "ext://spotweb.storage.outages.shorten_record",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "console"}},
    "loggers": {"django.request": {"filters": ["outage"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}

# The last lines: whatever is wrong above is said at once.
check_ports(env, port=PORT, sandbox_port=SANDBOX_PORT if IS_DEMO else None)
check_secret(env, "SECRET_KEY", [_secret_key])
check_secret(env, "TOKEN_KEY", [_token_key])
check_secret(env, "TOKEN_KEYS_OLD", map(str.strip, os.environ.get("TOKEN_KEYS_OLD", "").split(",")))
env.require_sound()
SETTING_REMARKS = env.remarks
