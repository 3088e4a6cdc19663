//! MySql.
