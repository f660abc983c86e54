"""The back office's settings, all from the shop home and the environment.

Without REGULARS_HOME (type checks, tests) everything imports with a throw-away database
and key; with it, anything that is off stops the start with one clear line.
"""

import os
import secrets
from importlib.resources import files

from regulars.backoffice import theme
from regulars.backoffice.database import database_settings
from regulars.lake.home import ShopHome

SHOP_HOME: ShopHome | None = ShopHome.find() if os.environ.get("REGULARS_HOME") else None

DEBUG = False
UNFOLD = theme.UNFOLD
SECRET_KEY = SHOP_HOME.secret_key if SHOP_HOME else secrets.token_urlsafe(48)
ALLOWED_HOSTS = os.environ.get("REGULARS_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
_ORIGINS = os.environ.get("REGULARS_TRUSTED_ORIGINS", "")
CSRF_TRUSTED_ORIGINS = [origin for origin in _ORIGINS.split(",") if origin]

ROOT_URLCONF = "regulars.backoffice.urls"
WSGI_APPLICATION = "regulars.backoffice.wsgi.application"
ASGI_APPLICATION = "regulars.backoffice.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "regulars.backoffice.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "regulars.backoffice.apps.BackofficeConfig",
    "regulars.backoffice.accounts",
    "regulars.backoffice.customers",
    "regulars.backoffice.insights",
    "regulars.backoffice.behaviour",
    "regulars.backoffice.campaigns",
    "regulars.backoffice.imports",
    "regulars.backoffice.monitor",
    "regulars.backoffice.rules",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "regulars.backoffice.middleware.ShopMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Without a home the database is named by the tests, or lives in memory.
_DATABASE_URL = (
    SHOP_HOME.database_url
    if SHOP_HOME
    else os.environ.get("REGULARS_TEST_DATABASE_URL", "sqlite:///:memory:")
)
DATABASES = {"default": database_settings(_DATABASE_URL)}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
_LANGUAGE = SHOP_HOME.settings.language if SHOP_HOME else "en"
LANGUAGE_CODE = "zh-hans" if _LANGUAGE == "zh" else "en"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = SHOP_HOME.settings["shop.timezone"] if SHOP_HOME else "UTC"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "regulars.backoffice.number_formats"

# Static files come from the packages themselves: no collectstatic, nothing from a CDN.
STATIC_URL = "/static/"
STATICFILES_DIRS = [("plotly", str(files("plotly") / "package_data"))]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 24 * 3600

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True

# Behind https (REGULARS_HTTPS=1): cookies only over it; the proxy says so in its header.
HTTPS = os.environ.get("REGULARS_HTTPS", "") not in ("", "0")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 3600 * 24 * 30 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
