"""A stand-in of Twilio on this machine: text messages, calls, and the signed webhooks of both. Started by `souk up`
where no account is set; `/` is a phone to try it with, `/_sim` what Twilio does not offer.

It shares no code with the shop: what it signs and refuses follows Twilio's own pages, so the two check each other."""
