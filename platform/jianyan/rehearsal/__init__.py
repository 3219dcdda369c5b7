"""The rehearsal: members who do not exist send in what members send, at a pace, and a report says how the desk did."""
