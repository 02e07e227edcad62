"""Keys for separate purposes from the one secret of the installation. Pure."""

import hashlib
import hmac


def derive(secret: str, purpose: str) -> bytes:
    """Thirty-two bytes for `purpose` ("card", "seed", "token", "receipt"): HMAC-SHA256(secret, "exams:" + purpose)."""
    return hmac.digest(secret.encode(), f"exams:{purpose}".encode(), hashlib.sha256)
