"""Xero and Scoro over HTTP: one method per endpoint used. Envelopes and quirks end here; only errors of errors.py leave."""
