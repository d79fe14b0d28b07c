"""The sandbox of Stripe for these tests is the same as for `tests/payments`."""

from tests.payments.conftest import _session_sandbox, sandbox

__all__ = ["_session_sandbox", "sandbox"]
