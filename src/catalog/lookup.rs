//! Resolving names along the search path.
