"""The one loop: gather, match, settle, decide, apply, announce."""
