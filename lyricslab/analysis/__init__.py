"""What runs show: losses compared, the paper's claims, copies. Free of torch and of the store."""
