//! Rows into tables: out of files (`import`), and out of other databases (`between`). All of them
//! or none, unless it is asked for to leave out the bad ones.

mod between;
mod drive;
mod frame;
mod import;
mod plan;
mod pump;
mod table;

pub use between::Transfer;
pub use import::Import;
