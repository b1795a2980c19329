"""Partner actions: what runs outside of AWS and needs no permission of a role."""
