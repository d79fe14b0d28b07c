"""The sandbox of Stripe for these tests is the same as for `tests/payments`, the browser as for `tests/browser`."""

from tests.browser.conftest import browser, keep_picture, open_page
from tests.payments.conftest import _session_sandbox, sandbox

__all__ = ["_session_sandbox", "browser", "keep_picture", "open_page", "sandbox"]
