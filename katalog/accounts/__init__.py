"""Accounts: how somebody signs in, for whom they may act, and who lets them.

An account is an address. Whoever proves to read the mails of an address is signed in, and has no
rights by that: `mitgliedschaft` is what makes an account act for a body, and somebody who knows
grants it.
"""
