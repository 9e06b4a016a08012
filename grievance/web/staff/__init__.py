"""The staff side: sign-in, own account, accounts of others, audit trail, and the desk on which cases are worked."""
