"""Store of flows by product: millions of rows a year on disk, and the query engines that read them."""
