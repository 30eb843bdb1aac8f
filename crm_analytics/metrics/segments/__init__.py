"""Who the customers are: RFM, saved segments, clusters, profiles, habits, one customer."""
