"""Programs of their own, in environments of their own: clients of Xero that others wrote, and a server that others wrote.

Each is given addresses and keys as one JSON argument and prints what it understood as one JSON object. Nothing but addresses is patched, in
`addresses.py`.
"""
