//! Promises all formats share.
