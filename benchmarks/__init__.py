"""How much processor time passrole takes: inputs of any size, made here, and what reads them."""
