"""What Twilio refuses, in its own words: an HTTP status and a body with a code."""

from __future__ import annotations

from sanic.response import HTTPResponse, json

AUTHENTICATE, INVALID_TO, NO_BODY, TOO_LONG, NOT_OURS, OPTED_OUT = 20003, 21211, 21602, 21617, 21606, 21610
_WORDS = {
    AUTHENTICATE: (401, "Authenticate"),
    INVALID_TO: (400, "The 'To' number is not a valid phone number."),
    NO_BODY: (400, "Message body is required."),
    TOO_LONG: (400, "The concatenated message body exceeds the 1600 character limit."),
    NOT_OURS: (400, "The 'From' phone number provided is not a valid message-capable number of your account."),
    OPTED_OUT: (400, "Attempt to send to unsubscribed recipient."),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
}


class Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def answer(self) -> HTTPResponse:
        status, message = _WORDS.get(self.code, (400, "Simulated"))
        about = f"https://www.twilio.com/docs/errors/{self.code}"
        return json({"code": self.code, "message": message, "more_info": about, "status": status}, status=status)
