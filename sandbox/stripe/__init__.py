"""The sandbox of Stripe: checkout sessions, the pay page, refunds and signed webhooks, without money.

    form -> params          what came in           gate           every API request's way, in order
    sessions, payments,     what it does           idempotency    same key, same answer
    payment_methods,                               delivery       events out, signed, until they arrive
    refunds, events                                timers         what happens by itself
    shapes, cards           what Stripe's objects  knobs          faults on purpose
                            and test cards are     pay_page       what the shopper sees

It speaks the API version named in `shapes.API_VERSION`, for payments in mode `payment`, and accepts test keys only.
"""
