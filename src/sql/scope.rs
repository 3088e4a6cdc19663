//! What is in sight at the cursor: relations, aliases, CTEs, derived tables of the current statement.
