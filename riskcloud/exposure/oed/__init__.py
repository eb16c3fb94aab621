"""Books in the four files of Open Exposure Data: location, account, reinsurance info and scope."""
