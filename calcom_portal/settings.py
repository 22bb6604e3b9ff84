"""The only settings. What differs between places comes from the environment (see `env`)."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from calcom_portal.env import (
    DatabaseAddress,
    MailServer,
    env_bool,
    env_int,
    env_list,
    env_networks,
    env_path,
    env_str,
    env_url,
)

BASE_DIR = Path(__file__).resolve().parent.parent


def package_dir(name: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{name} is not installed: pip install -r requirements.txt.")
    return Path(next(iter(spec.submodule_search_locations)))


VAR_DIR = env_path("PORTAL_VAR", default=BASE_DIR / "var")

DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_str("SECRET_KEY")
# Former keys, the newest first: what they signed and sealed stays good while they stand here.
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS", default=())
PORTAL_URL = env_url("PORTAL_URL", default="http://127.0.0.1:8000", schemes=("http", "https"))
PORTAL_DEMO = env_bool("PORTAL_DEMO", default=False)
# May companies open a provider by themselves? Else an operator does.
SIGN_UP_OPEN = env_bool("SIGN_UP_OPEN", default=PORTAL_DEMO)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=("127.0.0.1", "localhost", "[::1]"))
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
BEHIND_TLS = PORTAL_URL.startswith("https://")

INSTALLED_APPS = [
    "calcom_portal.common",
    "accounts",
    "notifications",
    "contracts",
    "tickets",
    "monitoring",
    "upkeep",
    "calcom_portal.demo",
    "django.contrib.auth",
    "django.forms",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "crispy_forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "calcom_portal.common.middleware.InputMiddleware",
    "accounts.middleware.ScopeMiddleware",
    "accounts.api_auth.ApiScopeMiddleware",
]

ROOT_URLCONF = "calcom_portal.urls"
WSGI_APPLICATION = "calcom_portal.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "calcom_portal.navigation.navigation",
            ],
        },
    }
]
# Templates and fonts of PDF documents; see calcom_portal/common/typeset.py.
TYPST_DIR = BASE_DIR / "templates" / "typst"
TYPST_FONT_DIRS = [package_dir("fontpkg_inter") / "files"]
# Our own markup of forms: templates/portal/ (docs/front-end.md).
CRISPY_ALLOWED_TEMPLATE_PACKS = ["portal"]
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_FAIL_SILENTLY = False

# The app role in everyday work; the owner only for `migrate --database owner`.
DATABASE_URL = env_url("DATABASE_URL", schemes=("postgresql",))
DATABASES = {
    "default": DatabaseAddress.from_url(DATABASE_URL).django(
        CONN_MAX_AGE=env_int("CONN_MAX_AGE", default=600, minimum=0),
        CONN_HEALTH_CHECKS=True,
        # ScopeMiddleware holds the transaction; see docs/adr/0003-one-transaction-a-request.md.
        ATOMIC_REQUESTS=False,
    ),
    "owner": DatabaseAddress.from_url(
        env_url("DATABASE_OWNER_URL", default=DATABASE_URL, schemes=("postgresql",))
    ).django(),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "calcom_portal.common.caching.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "accounts.passwords.LongestPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.signin.PortalAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Mail to addresses that nobody here has would let strangers send mail in our name.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_FORMS = {
    "change_password": "accounts.password_forms.ChangePassword",
    "reauthenticate": "accounts.password_forms.AskAgain",
    "reset_password": "accounts.password_forms.AskForLink",
    "reset_password_from_key": "accounts.password_forms.ChooseByLink",
    "set_password": "accounts.password_forms.SetPassword",
}
# Behind the proxy of docker-compose.yml a browser's address comes in X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A whole office may come from one address.
MFA_RATE_LIMITS = {"webauthn_login": "20/m/ip"}
MFA_FORMS = {
    "add_webauthn": "accounts.passkeys.PasskeyForm",
    "authenticate_webauthn": "accounts.passkeys.SecondStepForm",
    "edit_webauthn": "accounts.passkeys.RenameForm",
    "login_webauthn": "accounts.passkeys.SignInForm",
    "reauthenticate_webauthn": "accounts.passkeys.AskAgainForm",
}
MFA_ADAPTER = "accounts.signin.PortalMfaAdapter"
MFA_TOTP_ISSUER = "CalCom Portal"
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME = "__Host-portal" if BEHIND_TLS else "portal"
CSRF_COOKIE_NAME = "__Host-csrf" if BEHIND_TLS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "calcom_portal.pages.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = int(timedelta(days=730).total_seconds()) if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

# Limits of what one request may carry; the reverse proxy has the same.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
ATTACHMENT_LIMIT_BYTES = 15 * 1024 * 1024
ATTACHMENTS_PER_MESSAGE = 10
# A list of installed products. The reverse proxy's own limit has to be larger.
IMPORT_LIMIT_BYTES = env_int("IMPORT_LIMIT_MB", 30, minimum=1, maximum=500) * 1024 * 1024
# A backup that a technician brings to a page; larger ones come by SFTP (DROP_PORT).
BACKUP_UPLOAD_LIMIT_BYTES = env_int("BACKUP_UPLOAD_LIMIT_MB", 30, minimum=1, maximum=500) * 1024**2
FILES_DIR = VAR_DIR / "files"
# Results of long work, until their owner has fetched them and their time is over.
JOBS_DIR = VAR_DIR / "jobs"

# Backups of customers' systems: a folder, or s3://key:secret@host/bucket/folder.
BACKUP_STORE = env_str("BACKUP_STORE", default=str(VAR_DIR / "backups"))
# Where the process of the vault restores backups to for rehearsals; nothing stays there.
REHEARSALS_DIR = env_str("REHEARSALS_DIR", default=str(VAR_DIR / "rehearsals"))
# An Asterisk of our own, in which the process of the vault starts what it restored of a phone
# system: a tree that one was unpacked to, or the installed program. Without it none is started.
REHEARSAL_ASTERISK = env_str("REHEARSAL_ASTERISK", default="")
# The vault's age key pair. Everybody encrypts to the public half; the vault process alone holds the
# private one. Backups open with a break-glass key too, whose private half lies in a safe.
VAULT_RECIPIENT = env_str("VAULT_RECIPIENT", default="")
VAULT_IDENTITY = env_str("VAULT_IDENTITY", default="")
FORMER_VAULT_IDENTITIES = env_list("FORMER_VAULT_IDENTITIES", default=())
BREAK_GLASS_RECIPIENTS = env_list("BREAK_GLASS_RECIPIENTS", default=())

# Where monitoring may go besides public addresses: a provider's own list holds parts of these only.
# None where several companies share the portal; on premises the networks of the equipment.
PRIVATE_TARGETS = env_networks("PRIVATE_TARGETS", default=("127.0.0.0/8",) if PORTAL_DEMO else ())
# Never asked, whatever a list says: the portal's own servers.
OWN_NETWORKS = env_networks("OWN_NETWORKS")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = env_path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", package_dir("bootstrap")),
    ("vendor/inter", package_dir("fontpkg_inter") / "files"),
]
WHITENOISE_USE_FINDERS = env_bool("STATIC_FROM_SOURCE", default=True)
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_DIR},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# Where the runner tells Prometheus of itself (/metrics); port 0 for nowhere.
RUNNER_METRICS_HOST = env_str("RUNNER_METRICS_HOST", default="127.0.0.1")
RUNNER_METRICS_PORT = env_int("RUNNER_METRICS_PORT", default=9464, minimum=0, maximum=65535)

# Where agents at sites come in (port 0: nowhere), and the addresses that they are told to dial: one
# for each runner, "hub.example.com:7022".
AGENT_HUB_HOST = env_str("AGENT_HUB_HOST", default="127.0.0.1")
AGENT_HUB_PORT = env_int("AGENT_HUB_PORT", default=0, minimum=0, maximum=65535)
AGENT_HUBS = env_list(
    "AGENT_HUBS", default=(f"{AGENT_HUB_HOST}:{AGENT_HUB_PORT}",) if AGENT_HUB_PORT else ()
)

# Where systems put their own backups by SFTP, the address that they are told, and the keys by which
# they know the portal: made at the first start, and good for as long as systems are set up so.
DROP_HOST = env_str("DROP_HOST", default="127.0.0.1")
DROP_PORT = env_int("DROP_PORT", default=7023, minimum=1, maximum=65535)
DROP_ADDRESS = env_str("DROP_ADDRESS", default=f"{DROP_HOST}:{DROP_PORT}")
DROP_KEYS_DIR = VAR_DIR / "drop-keys"
# The most that one file may have; a plan may have a quota besides.
DROP_LIMIT_BYTES = env_int("DROP_LIMIT_GB", default=20, minimum=1, maximum=1000) * 1024**3

# Mail: handed to MAIL_URL; without it (the demo) written to var/mail, where admins can read it.
MAIL_URL = env_str("MAIL_URL", default="")
MAIL_DIR = VAR_DIR / "mail"
MAIL_SERVER = MailServer.from_url(MAIL_URL)
EMAIL_BACKEND = (
    "notifications.channels.mail.SmtpBackend"
    if MAIL_URL
    else "notifications.channels.folder.FolderBackend"
)
EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.use_starttls, MAIL_SERVER.use_ssl
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_str("MAIL_FROM", default="service@calcom.example")
MAIL_DOMAIN = env_str("MAIL_DOMAIN", default="portal.calcom.example")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api_auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["calcom_portal.common.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "calcom_portal.common.problems.api_problem",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api_throttle.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"reads": "1200/min", "writes": "300/min"},
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CalCom Portal API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Tickets and their deadlines, and what was promised for them. Send "
    "`Authorization: Bearer <key>`. Every refusal is `application/problem+json` (RFC 9457) and "
    "says what to do. Instants are RFC 3339 with an offset; answers are in UTC.",
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": False,
    # Choices stay where they are used: their names would have to be unique across all apps.
    "POSTPROCESSING_HOOKS": [],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "calcom_portal.common.redaction.RedactingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env_str("LOG_LEVEL", default="INFO")},
    # asyncssh tells of every line and channel.
    "loggers": {"django.request": {"level": "ERROR"}, "asyncssh": {"level": "WARNING"}},
}
