//! Display width, wrapping, truncation.
