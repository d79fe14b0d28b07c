"""The desk's side of the gateway: what agents read and do, as JSON and live push; also the log-in of the work pages."""
