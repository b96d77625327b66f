"""The halls of these tests."""

from arena_assets_tests.actions.halls import finished, finished_folder, hall

__all__ = ["finished", "finished_folder", "hall"]
