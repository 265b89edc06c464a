echo made > made-by-setup
