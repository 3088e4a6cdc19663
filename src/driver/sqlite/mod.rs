//! Sqlite.
pub mod demo {
    pub const DEMO: &str = "";
}
