// Explicit exports only.
