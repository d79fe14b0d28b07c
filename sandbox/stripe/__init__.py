"""The sandbox of Stripe: checkout sessions, the pay page, refunds, disputes and signed webhooks, without money.

    gate -> form -> params      every API request's way, in order, and what came in
    sessions, shopper, totals   opened and closed; what a shopper chooses; what it costs
    coupons, promotion_codes,   what makes it cheaper, and what comes on top
    discounts, shipping_rates, taxes
    payments, payment_methods,  money in
    charges, payment_pages
    refunds, disputes           money back
    events, webhook_endpoints,  what happened, to whom it goes, and until it arrives
    delivery
    idempotency, expanding,     same key, same answer; ids replaced by what they name; pages
    listing
    *_shapes, shapes, cards     what Stripe's objects and test cards are
    timers, clock               what happens by itself, and when
    control, knobs, record      time and faults on purpose; what passed, for a judge
    pay_page, typed, pay_*      what the shopper sees and types

It speaks the API version named in `shapes.API_VERSION`, for payments in mode `payment`, and accepts test keys only.
"""
