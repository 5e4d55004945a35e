"""tap-xero, a Singer tap: started with its own arguments, reading the stand-in named in XERO_STANDIN."""

import os

import addresses
import tap_xero

addresses.of_tap_xero(os.environ["XERO_STANDIN"])
tap_xero.main()
