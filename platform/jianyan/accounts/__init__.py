"""Who people are: accounts, the tree of bodies, and the roles held in them."""
