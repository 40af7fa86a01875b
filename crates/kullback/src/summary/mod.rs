//! Summaries of columns: mergeable counts at adaptive precision.
