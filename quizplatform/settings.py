"""Settings, all from the environment; production is the default, demonstration a switch.

`.env.example` names every variable with its meaning."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _read(path: Path) -> None:
    """Takes variables that are not set yet from a file of NAME=value lines."""
    if path.is_file():
        env.read_env(str(path))


# What the environment says counts first, then `.env`, then the note a running `make run` leaves in its data folder.
_read(Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env"))))
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
_read(DATA_DIR / "run.env")
DEMO = env.bool("DEMO", default=False)
DEMO_STUDENTS = env.int("DEMO_STUDENTS", default=2400)
DEBUG = False
# Without one, whatever needs a secret refuses (Django itself does); checks, messages and static files need none.
SECRET_KEY = env.str("SECRET_KEY", default="")
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", urlsplit(SITE_URL).hostname or "localhost"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=True)

INSTALLED_APPS = [
    "quizplatform",
    "proctoring",
    "reports",
    "exams",
    "questionbank",
    "schools",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "channels",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
    "template_partials",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "quizplatform.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quizplatform.middleware.RequestTime",
    "quizplatform.secondfactor.RequireSecondFactor",
]

ROOT_URLCONF = "quizplatform.urls"
WSGI_APPLICATION = "quizplatform.wsgi.application"
ASGI_APPLICATION = "quizplatform.asgi.live"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quizplatform.context.product",
            ],
        },
    }
]

_database = env.db_url("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/quizplatform")
# A socket's folder is written as libpq wants it: postgresql://user@/name?host=/folder
_database["HOST"] = _database.get("OPTIONS", {}).pop("host", _database["HOST"])
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# A lost Valkey costs the boards and nothing else: sessions live in the database, and what is cached (limits of sign-in,
# drawn charts) in each process, for a shared cache that is away makes the limiter refuse every sign-in.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": env.str("CHANNEL_PREFIX", default="quizplatform")},
    }
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
# A job that is done leaves no row; one that failed stays to be looked at.
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 10

AUTH_USER_MODEL = "schools.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "quizplatform.accounts.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# The door stands before the pages and names the client; through its socket there is no other address.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
# Per account, never per address: all teachers of a school, at times of a county, come from one.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": "5/5m/key", "signup": False, "reset_password": "5/m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = HTTPS
# A demonstration has no authenticator apps at hand; everywhere else the administrators of a city must have one.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=not DEMO)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "front"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "quizplatform" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "quizplatform.assets.HashedAssets"},
}

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 30 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=HTTPS)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=HTTPS)
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
# More than a form takes, so that the form itself can say how many it takes.
DATA_UPLOAD_MAX_NUMBER_FILES = 400

# What a city may decide about the product itself; lawful values are the defaults.
EXAM_TERM = env.str("EXAM_TERM", default="人防知识测评")
EXAM_TERM_EN = env.str("EXAM_TERM_EN", default="Civil-defense knowledge check")
# Lower grades only practice: the Ministry of Education allows no such tests in grades 1 and 2.
EXAM_LOWEST_GRADE = env.int("EXAM_LOWEST_GRADE", default=3)
EXAM_BASIS = env.str(
    "EXAM_BASIS",
    default="《中华人民共和国人民防空法》第四十六条：在校学生的人民防空教育，由各级教育主管部门和人民防空主管部门组织实施。",
)
LANE_GRACE_SECONDS = env.int("LANE_GRACE_SECONDS", default=30)
LANE_DEVICE_SILENCE_SECONDS = env.int("LANE_DEVICE_SILENCE_SECONDS", default=60)
# Where a rehearsal's invented students knock: this machine's own door.
REHEARSAL_URL = env.str("REHEARSAL_URL", default=SITE_URL)
LANE_REHEARSED_STARTS_PER_SECOND = env.int("LANE_REHEARSED_STARTS_PER_SECOND", default=1000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"procrastinate": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
