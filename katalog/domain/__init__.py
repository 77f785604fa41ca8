"""The rules of the portal: plain values in, plain values out, nothing but the standard library.

No module here reads a clock, a file or a database; `today` is always an argument.
"""
