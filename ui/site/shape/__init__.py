"""The shapes of the pages' dicts, one file a part of the screen; `ui.site.shapes` is the door."""
