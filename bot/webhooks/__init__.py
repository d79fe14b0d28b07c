"""Where the platforms and the payment provider call: raw bytes in, a verified and stored event out, then 200."""
