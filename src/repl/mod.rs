//! The prompt.
use crate::session::Session;
pub fn run(_: &mut Session, _: &tokio::runtime::Runtime) -> u8 {
    0
}
