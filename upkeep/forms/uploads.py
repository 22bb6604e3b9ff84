"""Backups from outside: a file that a technician brings, an account that a system gets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from calcom_portal.common.fields import LineField, SubmissionField, TextField
from calcom_portal.common.uploads import MEGABYTE


class UploadForm(forms.Form):
    """The file, and what the system runs."""

    file = forms.FileField(label="File", allow_empty_file=True)
    firmware = LineField(
        required=False,
        max_length=80,
        label="Version that the system runs",
        help_text="A restore compares it: settings of a newer version may not fit an older one.",
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        limit = settings.BACKUP_UPLOAD_LIMIT_BYTES // MEGABYTE
        self.fields[
            "file"
        ].help_text = f"As the maker's own tool wrote it, up to {limit} MB. Larger ones go by SFTP."


class AccountForm(forms.Form):
    """Which keys may sign in besides the secret."""

    keys = TextField(
        required=False,
        max_length=8000,
        label="Public keys",
        help_text="One a line, beginning with ssh-ed25519 or ssh-rsa. Where the system has none, "
        "leave it empty: it signs in with the secret.",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    submission = SubmissionField()
