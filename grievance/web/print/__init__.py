"""What comes out on paper: pages set as tagged PDF on this machine, from templates of our own, fetching nothing."""
