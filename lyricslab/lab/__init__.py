"""Workspace, store, library, runs and the engine that executes them."""
