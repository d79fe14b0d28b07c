"""Phone numbers: how one is written for machines, and what may be sent to it. Pure; the plans are `phonenumbers`'."""

from __future__ import annotations

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_possible_number,
    number_type,
    parse,
    region_code_for_country_code,
)

_WITHOUT_TEXTS = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}


def e164(written: str) -> str | None:
    """`+33612345678` of an international number however it is spaced; None where that is no number."""
    parsed = _parsed(written)
    if parsed is None or not is_possible_number(parsed):
        return None
    return format_number(parsed, PhoneNumberFormat.E164)


def gets_texts(number: str) -> bool:
    """Whether the number may belong to something that shows text messages: a landline does not."""
    parsed = _parsed(number)
    return parsed is not None and number_type(parsed) not in _WITHOUT_TEXTS


def country_of(number: str) -> str:
    """`FR` of +33…; empty where the number tells none."""
    parsed = _parsed(number)
    code = parsed.country_code if parsed is not None else None
    return (region_code_for_country_code(code) or "") if code is not None else ""


def _parsed(written: str) -> PhoneNumber | None:
    try:
        return parse(written) if written.startswith("+") else None
    except NumberParseException:
        return None
