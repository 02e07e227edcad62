"""The key pair of rescue files: pages hold the public half, only the server can open what is sealed with it. Pure."""

from base64 import b64encode

from nacl.public import PrivateKey

from exams import keys


def private_key(secret: str) -> PrivateKey:
    """The X25519 key of this installation, derived from its one secret."""
    return PrivateKey(keys.derive(secret, "rescue"))


def public_key(secret: str) -> str:
    """Its public half in standard base64, as pages are given it (`rescue_key`)."""
    return b64encode(bytes(private_key(secret).public_key)).decode()
