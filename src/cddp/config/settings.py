"""ค่าตั้งของระบบ: everything an operator may set is an environment variable that begins with CDDP_."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

REPOSITORY = Path(__file__).resolve().parents[3]
SOURCE = REPOSITORY / "src" / "cddp"
DATA_DIR = Path(os.environ.get("CDDP_DATA_DIR", REPOSITORY / "var"))
POLICY_DIR = Path(os.environ.get("CDDP_POLICY_DIR", REPOSITORY / "policy"))
KEYS_DIR = Path(os.environ.get("CDDP_KEYS_DIR", DATA_DIR / "keys"))
IDENTITY_KEY_FILE = KEYS_DIR / "identity_key"
LOOKUP_KEY_FILE = KEYS_DIR / "lookup_key"


def flag(name: str, *, default: bool = False) -> bool:
    """Return the setting `name` as true or false."""
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    path = KEYS_DIR / "secret_key"
    # Without a key file (building, checking code) sessions of this process are good for this process only.
    return path.read_text(encoding="utf-8").strip() if path.exists() else secrets.token_urlsafe(50)


DEBUG = flag("CDDP_DEBUG")
SECRET_KEY = os.environ.get("CDDP_SECRET_KEY") or _secret_key()
ALLOWED_HOSTS = os.environ.get("CDDP_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CDDP_TRUSTED_ORIGINS", "").split(",") if o]
BEHIND_TLS = flag("CDDP_BEHIND_TLS")

INSTALLED_APPS = [
    "cddp.foundation.places",
    "cddp.foundation.tenancy",
    "cddp.foundation.events",
    "cddp.foundation.audit",
    "cddp.foundation.accounts",
    "cddp.foundation.files",
    "cddp.foundation.notify",
    "cddp.foundation.extension_points",
    "cddp.foundation.ui",
    "cddp.foundation.administration",
    "cddp.registers.assets",
    "cddp.registers.residents",
    "cddp.operations.maintenance",
    "cddp.operations.complaints",
    "cddp.insight.maps",
    "cddp.insight.dashboards",
    "cddp.portal",
    "cddp.config",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "django_htmx",
    "template_partials",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cddp.config.guards.PageCompression",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cddp.config.guards.PrivateAnswerGuard",
    "cddp.config.guards.CleanInputGuard",
    "cddp.foundation.accounts.middleware.TownMiddleware",
    "cddp.foundation.ui.middleware.ScreenWordsMiddleware",
]
# These open their own transaction in the name of a town, or need none.
PATHS_WITHOUT_TOWN = ("/static/", "/healthz", "/tiles/", "/open311/")

ROOT_URLCONF = "cddp.config.urls"
WSGI_APPLICATION = "cddp.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cddp.foundation.ui.context.shell",
            ],
        },
    }
]


def database_for(role: str) -> dict[str, Any]:
    """Return Django's database entry for "app" or "owner": the private cluster, or the operator's PostgreSQL."""
    url = os.environ.get("CDDP_DATABASE_URL", "")
    if role == "owner":
        url = os.environ.get("CDDP_OWNER_DATABASE_URL", url)
    entry: dict[str, Any] = {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": os.environ.get("CDDP_DATABASE_NAME", "cddp"),
        "USER": f"cddp_{role}",
        "HOST": os.environ.get("CDDP_SOCKET_DIR", str(DATA_DIR / "run")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # One transaction per request is opened by TownMiddleware; this adds a savepoint around the view.
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {},
        "TEST": {
            "NAME": f"test_cddp_{os.environ.get('CDDP_TEST_SUFFIX', 'main')}",
            "TEMPLATE": os.environ.get("CDDP_TEST_TEMPLATE", "cddp_template"),
        },
    }
    if url:
        parts = urlsplit(url)
        entry |= {
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
        }
    return entry


DATABASES = {"default": database_for(os.environ.get("CDDP_DATABASE_ROLE", "app"))}

FORM_RENDERER = "cddp.foundation.ui.form_rendering.CivicRenderer"
CSRF_FAILURE_VIEW = "cddp.foundation.ui.errors.csrf_failure"

CACHES = {
    # Shared by all processes: throttles. Small and rarely read, so the database is enough. Django would throw away
    # a third of 300 entries, and with them what a flood of visitors has been counted for.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
}

# How old, in seconds, the numbers beside the menu's entries may be.
MENU_COUNTS_REMEMBERED_S = 15

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "cddp.config.sign_in.StaffAccountAdapter"
ACCOUNT_FORMS = {"login": "cddp.config.sign_in.StaffLoginForm"}
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
# Behind our nginx, which replaces what a client claims, the last address is the person's: without this all people
# of a town would share one limit, and the audit trail would name the proxy. In the clear there is no proxy to trust.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("CDDP_TRUSTED_PROXIES", "1" if BEHIND_TLS else "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "CDDP"
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
X_FRAME_OPTIONS = "DENY"

BASE_MAP_STYLE_URL = os.environ.get("CDDP_BASE_MAP_STYLE_URL", "")
_base_map_origin = (
    "{0.scheme}://{0.netloc}".format(urlsplit(BASE_MAP_STYLE_URL)) if BASE_MAP_STYLE_URL else ""
)
_base_map = [_base_map_origin] if _base_map_origin else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *_base_map],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *_base_map],
        "worker-src": ["'self'", "blob:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("ไทย")), ("en", _("อังกฤษ"))]
LOCALE_PATHS = [SOURCE / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Vite's files carry their own hash: kept for ever by browsers, like Django's.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/ui/.+-[\w-]{8}\.(js|css|woff2)$|\.[0-9a-f]{12}\.\w+$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Rows per transaction of a registry import: a crash loses at most so many, which are done again.
IMPORT_PORTION_ROWS = int(os.environ.get("CDDP_IMPORT_PORTION_ROWS", "10000"))
FILE_UPLOAD_HANDLERS = ["cddp.foundation.files.upload_handlers.CarefulUploadHandler"]
FILE_UPLOAD_TEMP_DIR = os.environ.get("CDDP_UPLOAD_TEMP_DIR") or None
UPLOAD_LIMIT_BYTES = int(os.environ.get("CDDP_UPLOAD_LIMIT_MB", "100")) * 1024 * 1024

# Debian 12 has GDAL 3.6; the check warns of spatial references that fetch files. We take none from outside.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("CDDP_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("CDDP_SMTP_PORT", "25"))
DEFAULT_FROM_EMAIL = os.environ.get("CDDP_EMAIL_FROM", "no-reply@localhost")

# A job that a running job asks for is stored, or lost, with that job's work.
PROCRASTINATE_ON_APP_READY = "cddp.foundation.events.connecting.store_jobs_with_work"

# Where people reach this program, such as "https://town.example"; stands in links of messages that leave it.
PUBLIC_URL = os.environ.get("CDDP_PUBLIC_URL", "").rstrip("/")

# LINE's own hosts; a test or a proxy of the operator's may stand in for them.
LINE_API_URL = os.environ.get("CDDP_LINE_API_URL", "https://api.line.me").rstrip("/")
LINE_DATA_URL = os.environ.get("CDDP_LINE_DATA_URL", "https://api-data.line.me").rstrip("/")

# Traffy Fondue's exchange API; a fake one stands there in tests. An answer that takes longer is given up.
TRAFFY_API_URL = os.environ.get("CDDP_TRAFFY_API_URL", "https://publicapi.traffy.in.th/exchange-api").rstrip(
    "/"
)
TRAFFY_TIMEOUT_S = float(os.environ.get("CDDP_TRAFFY_TIMEOUT_S", "60"))

# How many reports one key of the Open311 interface may file in a minute, at each web process.
OPEN311_POSTS_PER_MINUTE = int(os.environ.get("CDDP_OPEN311_POSTS_PER_MINUTE", "300"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "cddp.config.log_words.MaskingFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # Its start-up lines name every periodic task at each start.
        "procrastinate.periodic": {"level": "WARNING"},
        "procrastinate.blueprints": {"level": "WARNING"},
        # Both tell of each step of each page that is printed.
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        # The address of each call, with the number of a ticket or a message.
        "httpx": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("CDDP_LOG_LEVEL", "INFO")},
}
