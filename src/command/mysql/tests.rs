use super::*;
use crate::sql::mysql::CLIENT_COMMANDS;

#[test]
fn what_is_read_as_a_command_is_one() {
    let read: Vec<(String, String)> = CLIENT_COMMANDS
        .iter()
        .map(|c| (c.name.to_string(), format!("\\{}", c.short)))
        .collect();
    let ours: Vec<(String, String)> = COMMANDS
        .iter()
        .map(|c| (c.spec.names[0].to_string(), c.spec.names[1].to_string()))
        .collect();
    assert_eq!(read, ours);
}

#[test]
fn a_word_loses_its_quotes() {
    for (raw, expected) in [
        (" shop ", Some("shop")),
        ("`my shop` x", Some("my shop")),
        ("'a'", Some("a")),
        ("  ", None),
    ] {
        assert_eq!(word(raw).as_deref(), expected);
    }
}
