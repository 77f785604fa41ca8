"""The pages: server-rendered, one module per page family, errors and assets in one place each."""
