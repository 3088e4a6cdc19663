//! The clock and the calendar of this machine, as text.

/// Now, as `date` in the C locale writes it, without the zone.
pub fn local_time() -> String {
    local_time_in("%a %b %e %H:%M:%S %Y")
}

/// The time of day here, in a pattern of strftime.
pub fn local_time_in(pattern: &str) -> String {
    chrono::Local::now().format(pattern).to_string()
}

/// How far the clock here is ahead of UTC, in seconds.
pub fn utc_offset() -> i64 {
    chrono::Local::now().offset().local_minus_utc().into()
}

/// A moment, in milliseconds since 1970, as the clock here showed it.
pub fn local_time_at(milliseconds: i64, pattern: &str) -> String {
    use chrono::TimeZone;
    match chrono::Local.timestamp_millis_opt(milliseconds) {
        chrono::LocalResult::Single(time) => time.format(pattern).to_string(),
        _ => String::new(),
    }
}
