"""ไฟล์ที่เข้ารหัส: AES-GCM in pieces, so that a large file is neither written nor read in one go.

Form: "CDDPSEAL1" + salt (16 bytes), then pieces of nonce + ciphertext + tag. Each piece is bound to the salt, its
place and whether it is the last: pieces cannot be swapped, left out or cut off unnoticed.
"""

import io
import os
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from cddp.foundation.files.cipher import NONCE_BYTES, decrypt, encrypt

PIECE: Final = 256 * 1024
_MARK: Final = b"CDDPSEAL1"
_SALT_BYTES: Final = 16
_HEAD: Final = len(_MARK) + _SALT_BYTES
_SEALED_PIECE: Final = PIECE + NONCE_BYTES + 16


def _bound(context: str, salt: bytes, place: int, *, last: bool) -> str:
    return f"{context}:{salt.hex()}:{place}:{'last' if last else 'more'}"


def sealed_pieces(plain: Iterable[bytes], context: str) -> Iterator[bytes]:
    """Yield the encrypted form of a content that comes in pieces of any size."""
    salt = os.urandom(_SALT_BYTES)
    yield _MARK + salt
    place, waiting = 0, b""
    for some in plain:
        waiting += some
        # The last piece is known only when nothing follows, so one whole piece is held back.
        while len(waiting) > PIECE:
            yield encrypt(waiting[:PIECE], context=_bound(context, salt, place, last=False))
            place, waiting = place + 1, waiting[PIECE:]
    yield encrypt(waiting, context=_bound(context, salt, place, last=True))


class SealedReader(io.RawIOBase):
    """ตัวอ่านไฟล์ที่เข้ารหัส: decrypts the piece in which the reader stands; raises InvalidTag for altered files."""

    def __init__(self, sealed: IO[bytes], context: str, size: int) -> None:
        self._sealed, self._context, self._size = sealed, context, size
        head = sealed.read(_HEAD)
        if not head.startswith(_MARK):
            raise OSError("not a sealed file")
        self._salt = head[len(_MARK) :]
        self._at = 0
        self._place = -1
        self._piece = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        place, within = divmod(self._at, PIECE)
        if place != self._place:
            self._piece, self._place = self._read_piece(place), place
        some = self._piece[within : within + len(buffer)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)

    def _read_piece(self, place: int) -> bytes:
        self._sealed.seek(_HEAD + place * _SEALED_PIECE)
        last = place == max(0, self._size - 1) // PIECE
        sealed = self._sealed.read(_SEALED_PIECE)
        return decrypt(sealed, context=_bound(self._context, self._salt, place, last=last))

    def close(self) -> None:
        if not self.closed:
            self._sealed.close()
        super().close()
