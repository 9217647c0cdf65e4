"""What can be wrong with a configuration of Safe Exam Browser, or with its file."""

from __future__ import annotations

from itembank.errors import Invalid


class UnsafeSetting(Invalid):
    """A value from which two versions of the browser would compute two different keys."""

    default_code = "seb_setting_unsafe"


class UnreadableFile(Invalid):
    default_code = "seb_file_unreadable"


class WrongPassword(Invalid):
    """The password does not open the file, or the file was changed: the two look the same."""

    default_code = "seb_password_wrong"
