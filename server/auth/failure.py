"""What a person is told when signing in does not work. The words never say which part was wrong."""

from tools.errors import RefusedError


class SignedOutError(RefusedError):
    """There is no valid session."""

    code = "expired"

    def __init__(self) -> None:
        super().__init__("You are not signed in, or your session has ended. Sign in again.")


class BadCredentialsError(RefusedError):
    """Login, password or code do not fit; also for a login that does not exist and for a disabled account."""

    code = "bad_credentials"

    def __init__(self) -> None:
        super().__init__("Login, password or code is not right. Check them and try again.")


class CodeNeededError(RefusedError):
    """The password was right, and the account has a second factor."""

    code = "code_needed"

    def __init__(self) -> None:
        super().__init__("This account needs a code as well. Enter the six digits of your authenticator app.")


class LockedError(RefusedError):
    """Too many attempts."""

    code = "locked"

    def __init__(self, retry_after_seconds: int) -> None:
        minutes = -(-retry_after_seconds // 60)
        super().__init__(f"There were too many attempts to sign in. Try again in {minutes} minute{'s' if minutes > 1 else ''}.")
        self.retry_after_seconds = retry_after_seconds
