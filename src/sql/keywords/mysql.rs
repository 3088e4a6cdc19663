//! Keywords and built-in functions.

use super::{Builtin, Keyword};

pub static KEYWORDS: &[Keyword] = &[];
pub static FUNCTIONS: &[Builtin] = &[];
