"""Every setting, from the environment, in one file. `.env.example` lists them all."""

import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What kind of process this is ------------------------------------------------------------
DEBUG = env.flag("YITU_DEBUG")
# Demo: fixed clock allowed, ?at= allowed, planner open, banner shown. Never on a public address.
YITU_DEMO = env.flag("YITU_DEMO")
YITU_NOW = env.text("YITU_NOW")
if YITU_NOW and not YITU_DEMO:
    raise ImproperlyConfigured(
        "YITU_NOW is set without YITU_DEMO=1: a public map shows the real time only."
    )

# Commands need no key; config/wsgi.py refuses to serve without one of its own.
SECRET_KEY = env.text("YITU_SECRET_KEY") or secrets.token_urlsafe(50)

ALLOWED_HOSTS = env.words("YITU_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("YITU_TRUSTED_ORIGINS")

# --- Applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.humanize",
    "csp",
    "leaflet",
    "procrastinate.contrib.django",
    "geo",
    "kiosk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressionMiddleware",
    "geo.rate_limit.RateLimitMiddleware",
    "config.clock.ClockMiddleware",
    "kiosk.middleware.PollMiddleware",
    "geo.middleware.PublicReadsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "geo.middleware.PreferencesMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "geo.middleware.SigningMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "django.template.context_processors.i18n",
                "config.clock.clock_context",
                "geo.middleware.preferences_context",
            ],
        },
    }
]

# --- Data ------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.database("DATABASE_URL", "postgres:///yitu"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Behind a pooler that hands out connections by the transaction no cursor outlives one.
        "DISABLE_SERVER_SIDE_CURSORS": env.flag("YITU_POOLED"),
        "OPTIONS": {
            "connect_timeout": 3,
            "options": "-c statement_timeout=30000 -c lock_timeout=5000"
            " -c plan_cache_mode=force_custom_plan",
        },
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Background work: geo/work.py -------------------------------------------------------------
# A worker that starts does what fell due within the last day and was not done.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86_400}

# Sources may be fetched from addresses inside one's own network: an intranet only.
YITU_FETCH_PRIVATE = env.flag("YITU_FETCH_PRIVATE")

# --- Language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
# Working on the pages: files straight from static/, as they are, without collectstatic.
YITU_PLAIN_STATIC = DEBUG or env.flag("YITU_PLAIN_STATIC")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if YITU_PLAIN_STATIC
        else "config.storage.ModuleManifestStorage"
    },
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = YITU_PLAIN_STATIC

# GDAL 3.6 (Debian 12) cannot block network access while it reads a spatial reference. We never
# hand it one from outside: imports are read as text with SRID 4326.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

# --- Security --------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
# TLS ends at the proxy in front; a demo on loopback has none.
YITU_TLS = env.flag("YITU_TLS", default=not (YITU_DEMO or DEBUG))
SECURE_SSL_REDIRECT = YITU_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if YITU_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if YITU_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = YITU_TLS
SECURE_HSTS_PRELOAD = YITU_TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = YITU_TLS
SESSION_COOKIE_NAME = "__Host-session" if YITU_TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if YITU_TLS else "csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Open to programs ---------------------------------------------------------------------------
# How often one address may ask API, tiles and feeds: requests a second / at once. 0: not limited.
YITU_RATE_LIMIT = env.rate("YITU_RATE_LIMIT", "30/600")
# Networks that are not counted: this machine, and those of lobby screens or of the bureau.
YITU_RATE_EXEMPT = env.words("YITU_RATE_EXEMPT", "127.0.0.0/8,::1/128")
# Proxies whose X-Forwarded-For is believed; a unix socket's peer, which has no address, always is.
YITU_PROXIES = env.words("YITU_PROXIES", "127.0.0.1,::1")
YITU_RATE_FILE = env.text("YITU_RATE_FILE", env.shared_file(f"yitu-rate-{BASE_DIR.name}"))

# Who may show /embed in a frame: sources of a content security policy, or * for everyone.
YITU_EMBED_ANCESTORS = env.words("YITU_EMBED_ANCESTORS", "*")

# --- Map services: optional, off without a key -----------------------------------------------
YITU_TIANDITU_KEY = env.text("YITU_TIANDITU_KEY")
YITU_TIANDITU_URL = env.text("YITU_TIANDITU_URL", "https://api.tianditu.gov.cn")
YITU_AMAP_KEY = env.text("YITU_AMAP_KEY")
YITU_AMAP_URL = env.text("YITU_AMAP_URL", "https://restapi.amap.com")
YITU_TENCENT_KEY = env.text("YITU_TENCENT_KEY")
YITU_TENCENT_URL = env.text("YITU_TENCENT_URL", "https://apis.map.qq.com")
YITU_BAIDU_KEY = env.text("YITU_BAIDU_KEY")
YITU_BAIDU_URL = env.text("YITU_BAIDU_URL", "https://api.map.baidu.com")
# OpenStreetMap's geocoders need no key but a server of one's own.
YITU_NOMINATIM_URL = env.text("YITU_NOMINATIM_URL")
YITU_PHOTON_URL = env.text("YITU_PHOTON_URL")
# Requests a day and a second, all workers together: amap=5000/3. Defaults: geo/geocoding/limits.py.
YITU_MAP_LIMITS = env.words("YITU_MAP_LIMITS")
# An online base map for deeper zooms: a tile template with {z}/{x}/{y} and its 审图号 in the words.
YITU_TILES_URL = env.text("YITU_TILES_URL")
YITU_TILES_ATTRIBUTION = env.text("YITU_TILES_ATTRIBUTION")

# --- Lobby screens ---------------------------------------------------------------------------
# Where the push process is reached from outside: /kiosk/push behind the proxy; empty: screens poll.
YITU_PUSH_URL = env.text("YITU_PUSH_URL")
# Whom to tell when screens fall silent: mail addresses, and an address that takes a JSON POST.
YITU_ALERT_MAIL = env.words("YITU_ALERT_MAIL")
YITU_ALERT_WEBHOOK = env.text("YITU_ALERT_WEBHOOK")
EMAIL_HOST = env.text("YITU_MAIL_HOST", "localhost")
EMAIL_PORT = int(env.text("YITU_MAIL_PORT", "25"))
EMAIL_HOST_USER = env.text("YITU_MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("YITU_MAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("YITU_MAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("YITU_MAIL_FROM", "yitu@localhost")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *env.words("YITU_TILES_ORIGIN")],
        "font-src": [SELF],
        "connect-src": [SELF, *env.words("YITU_PUSH_ORIGIN")],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LEAFLET_CONFIG = {
    "NO_GLOBALS": False,
    "SPATIAL_EXTENT": (119.2, 27.9, 124.0, 31.4),
    "DEFAULT_CENTER": (29.87, 121.55),
    "DEFAULT_ZOOM": 10,
    "MIN_ZOOM": 8,
    "MAX_ZOOM": 18,
    "TILES": [],  # no outside tiles: our own base map is drawn by static/js/lib/leaflet.js
    "RESET_VIEW": False,
    "ATTRIBUTION_PREFIX": "",
}

# --- Roles -----------------------------------------------------------------------------------
YITU_PUBLIC_PLANNER = env.flag("YITU_PUBLIC_PLANNER", default=YITU_DEMO)
LOGIN_URL = "admin:login"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("YITU_LOG_LEVEL", "INFO")},
    # It tells of every job that begins and ends; failures are noted for staff (geo/work.py).
    "loggers": {"procrastinate": {"level": env.text("YITU_WORK_LOG_LEVEL", "WARNING")}},
}
