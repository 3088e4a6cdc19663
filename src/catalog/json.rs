//! The JSON of a catalog: `sqwire catalog`, the completion protocol and the on-disk cache.
