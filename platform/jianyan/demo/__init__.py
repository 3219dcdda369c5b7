"""The demonstration: the fictional county 越溪县, its people, its topics, and forty members who take part live."""
