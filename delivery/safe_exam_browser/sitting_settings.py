"""The configuration of one sitting: every setting we write, and nothing else.

The key is computed from exactly these; a client adds no defaults when it computes its own.
"""

from __future__ import annotations

import hashlib
from typing import Any

from .addresses import ENTRY, QUIT
from .password_layer import RandomBytes

SALT_BYTES = 32
STARTS_EXAM = 0
MODERN_WEB_VIEW = 3
ALLOW = 1


def sitting_settings(
    origin: str, *, quit_password: str, random_bytes: RandomBytes
) -> dict[str, Any]:
    """Open the entry page, stay on this one host, no helpers of the machine; new salts each time."""
    return {
        "sebConfigPurpose": STARTS_EXAM,
        "startURL": origin + ENTRY,
        "quitURL": origin + QUIT,
        "quitURLConfirm": True,
        "sendBrowserExamKey": True,
        "browserWindowWebView": MODERN_WEB_VIEW,
        "allowQuit": True,
        "hashedQuitPassword": hashlib.sha256(quit_password.encode()).hexdigest(),
        "URLFilterEnable": True,
        "URLFilterEnableContentFilter": False,
        "URLFilterRules": [
            {"action": ALLOW, "active": True, "expression": f"{origin}/*", "regex": False}
        ],
        "allowSpellCheck": False,
        "allowDictation": False,
        "allowVirtualMachine": False,
        "examSessionClearCookiesOnStart": True,
        "configKeySalt": random_bytes(SALT_BYTES),
        "examKeySalt": random_bytes(SALT_BYTES),
    }
