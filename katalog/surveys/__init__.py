"""Surveys: a coordinating body asks all bodies of a kind, and each answers without an account.

`fragen` is the side of those who ask, `antworten` of those who answer by a link and a code from
a mail, `zugang` makes and checks these two, and `briefe` writes the mails.
"""
