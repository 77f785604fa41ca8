"""What pages and API share of HTTP: statuses of errors, packed bodies, the host asked for."""
