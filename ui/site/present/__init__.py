"""Presenters: from what a viewer may see of a game to the dict of a screen, in the viewer's language.

Pure functions: a view (`negotiation.rooms.view_for`), the scenario and the words go in, a dict of `ui.site.shapes`
comes out. Nothing here knows Solara, a room or a clock.
"""
