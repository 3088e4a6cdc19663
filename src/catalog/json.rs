//! The JSON of a catalog: `sqwire catalog`, the completion protocol and the on-disk cache.
use super::Catalog;
pub fn read(_: &str) -> Result<Catalog, String> {
    Err(String::new())
}
pub fn write(_: &Catalog) -> String {
    String::new()
}
