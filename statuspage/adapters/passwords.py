"""Passwords, kept with argon2."""

import secrets
from functools import cached_property
from threading import BoundedSemaphore

import argon2

# Each takes 64 MB while it is worked on.
AT_ONCE = 2


class Argon2Passwords:
    """Argon2id with the library's recommended cost."""

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher()
        self._room = BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """Return what to store for a password."""
        with self._room:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Return whether the password is the one that was stored; where none was, after the same work."""
        nobodys = self._nobodys  # first of all, so that the first unknown person waits no longer than others
        with self._room:
            try:
                return self._hasher.verify(stored or nobodys, password) and stored is not None
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_urlsafe())
