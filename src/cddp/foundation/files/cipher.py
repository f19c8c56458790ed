"""การเข้ารหัส: AES-GCM with the key outside the database, and keyed hashes for exact look-up.

The key files (32 bytes each) lie in `CDDP_DATA_DIR/keys` or come from the operator's secret store by setting.
"""

import hmac
import os
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


@cache
def _key(path: Path) -> bytes:
    return path.read_bytes()[:32]


def encrypt(plain: bytes, *, context: str) -> bytes:
    """Return nonce + ciphertext. `context` ("citizen_id:5183") must be the same again on decrypting."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(settings.IDENTITY_KEY_FILE)).encrypt(nonce, plain, context.encode())


def decrypt(stored: bytes, *, context: str) -> bytes:
    """Return the plain bytes. Raises cryptography.exceptions.InvalidTag when key, context or bytes are wrong."""
    stored = bytes(stored)
    cipher = AESGCM(_key(settings.IDENTITY_KEY_FILE))
    return cipher.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], context.encode())


def keyed_hash(plain: str, *, context: str) -> bytes:
    """Return 32 bytes that are equal for equal text in one context, and tell nothing without the key."""
    message = f"{context}\x00{plain}".encode()
    return hmac.new(_key(settings.LOOKUP_KEY_FILE), message, sha256).digest()


class Seal:
    """ตราผนึก: `encrypt` and `keyed_hash` in one context, ready for many values in a row."""

    def __init__(self, context: str) -> None:
        self._context = context.encode()
        self._cipher = AESGCM(_key(settings.IDENTITY_KEY_FILE))
        self._hash = hmac.new(_key(settings.LOOKUP_KEY_FILE), self._context + b"\x00", sha256)

    def encrypt(self, plain: bytes) -> bytes:
        """As `encrypt` with this context."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, self._context)

    def hash(self, plain: str) -> bytes:
        """As `keyed_hash` with this context."""
        state = self._hash.copy()
        state.update(plain.encode())
        return state.digest()
