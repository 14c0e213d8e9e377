"""What stands on our channels, as their own exports tell it. One module a channel; pure, without a database.

The door is ``reading.open_export``; ``model`` says what comes out. A new channel is one module here (or an
entry point in the group ``compliance.channels``) with what ``model.Channel`` names. Nothing is fetched.
"""
