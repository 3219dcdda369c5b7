"""The yardstick: live voting as one writes it after the Channels tutorial; nothing clever, nothing sloppy.

Same framework, same servers, same databases with the same durability, same sign-in by session, same constraint of one
vote per member; a consumer on AsyncJsonWebsocketConsumer that stores each vote, recounts, and sends the count to the
group: at once, as the tutorial does, or (`ticking`) four times a second. `node/` is another yardstick.
"""
