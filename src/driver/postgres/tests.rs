//! What the tap makes of the server's bytes.

use super::observer::{Item, Observer};
use super::tap::Scanner;
use super::version_number;
use super::wire::{self, Field, array};
use crate::data::Notice;
use crate::driver::Transaction;

pub(super) fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a short body");
    let mut out = vec![tag];
    out.extend(length.to_be_bytes());
    out.extend(body);
    out
}

/// The body of a row with one cell.
const ROW: [u8; 7] = [0, 1, 0, 0, 0, 1, b'7'];

/// A result of one int4 column with three rows, a notice before the third, and what follows.
pub(super) fn conversation() -> Vec<u8> {
    let mut column = vec![0, 1];
    column.extend(b"n\0");
    column.extend([
        0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 0,
    ]);
    let mut out = message(b'T', &column);
    out.extend(message(b'D', &ROW));
    out.extend(message(b'D', &ROW));
    out.extend(message(b'N', b"SNOTICE\0VNOTICE\0C00000\0Mhey\0Hdo it\0\0"));
    out.extend(message(b'D', &ROW));
    out.extend(message(b'C', b"SELECT 3\0"));
    out.extend(message(b'I', b""));
    out.extend(message(b'd', b"1\t2\n"));
    out.extend(message(b'c', b""));
    out.extend(message(b'S', b"server_version\x0015.8 (X)\0"));
    out.extend(message(b'K', &[0, 0, 0, 9, 0, 0, 0, 8]));
    out.extend(message(b'Z', b"T"));
    out
}

/// What is kept, and what is for the client crate.
fn observed(pieces: &[&[u8]]) -> (Vec<Item>, Vec<u8>, Observer) {
    let observer = Observer::default();
    observer.begin();
    let (mut scanner, mut passed) = (Scanner::default(), Vec::new());
    for piece in pieces {
        scanner
            .feed(piece, &mut observer.lock(), &mut passed)
            .expect("good lengths");
    }
    let items = std::iter::from_fn(|| observer.lock().pop()).collect();
    (items, passed, observer)
}

#[test]
fn messages_are_understood_wherever_the_bytes_are_cut() {
    let bytes = conversation();
    let notice = Notice {
        severity: "NOTICE".into(),
        message: "hey".into(),
        hint: Some("do it".into()),
        code: Some("00000".into()),
        detail: None,
        ..Notice::default()
    };
    let column = Field {
        name: "n".into(),
        type_oid: 23,
        modifier: -1,
    };
    let rows = |count: usize| {
        let mut rows = Vec::new();
        (0..count).for_each(|_| wire::push_row(&mut rows, &ROW));
        Item::Rows(rows)
    };
    let expected = vec![
        Item::Columns(vec![column]),
        rows(2),
        Item::Notice(notice),
        rows(1),
        Item::Tag("SELECT 3".into()),
        Item::Tag(String::new()),
        Item::Copy(b"1\t2\n".to_vec()),
    ];
    let data = [message(b'D', &ROW), message(b'd', b"1\t2\n")];
    let mut left = bytes.clone();
    for taken in [&data[0], &data[0], &data[0], &data[1]] {
        let at = left
            .windows(taken.len())
            .position(|w| w == taken.as_slice());
        let at = at.expect("it is there");
        left.drain(at..at + taken.len());
    }
    let expected = (expected, left);
    let observed = |pieces: &[&[u8]]| {
        let (items, passed, observer) = observed(pieces);
        ((items, passed), observer)
    };
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(observed(&[&bytes]).0, expected);
    assert_eq!(observed(&single).0, expected);
    for cut in 0..bytes.len() {
        let (one, two) = bytes.split_at(cut);
        assert_eq!(observed(&[one, two]).0, expected, "cut at {cut}");
    }
    let (_, observer) = observed(&single);
    let state = observer.lock();
    assert_eq!(state.transaction, Transaction::Open);
    assert_eq!(state.key, Some((9, vec![0, 0, 0, 8])));
    assert_eq!(
        state.parameters.get("server_version").map(String::as_str),
        Some("15.8 (X)")
    );
}

#[test]
fn a_length_that_cannot_be_ends_the_reading_and_nonsense_does_not_panic() {
    let observer = Observer::default();
    observer.begin();
    let mut scanner = Scanner::default();
    let refused = scanner.feed(&[b'T', 0, 0, 0, 3], &mut observer.lock(), &mut Vec::new());
    assert!(refused.is_err());
    for tag in *b"TDCINSAKZGdcE" {
        for body in [&b""[..], b"\0", b"\xff\xff\xff\xff\xff", b"S\0M", b"abc"] {
            let mut scanner = Scanner::default();
            let fed = scanner.feed(&message(tag, body), &mut observer.lock(), &mut Vec::new());
            assert!(fed.is_ok());
        }
    }
}

#[test]
fn a_notice_of_any_length_costs_a_bounded_amount_of_memory() {
    let mut body = b"M".to_vec();
    body.resize(5 << 20, b'x');
    let (items, _, _) = observed(&[&message(b'N', &body)]);
    match items.first() {
        Some(Item::Notice(notice)) => assert!(notice.message.len() <= 1 << 20),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_an_abandoned_statement_still_sends_is_thrown_away() {
    let bytes = conversation();
    let observer = Observer::default();
    observer.begin();
    let (mut scanner, mut passed) = (Scanner::default(), Vec::new());
    scanner
        .feed(&bytes[..40], &mut observer.lock(), &mut passed)
        .expect("fed");
    observer.end();
    scanner
        .feed(&bytes[40..], &mut observer.lock(), &mut passed)
        .expect("fed");
    assert!(observer.lock().pop().is_none());
    assert!(!passed.contains(&b'7'), "a row went to the client crate");
    // After the server was ready, a notice waits for the next statement.
    let late = message(b'N', b"SWARNING\0Mlate\0\0");
    let fed = scanner.feed(&late, &mut observer.lock(), &mut passed);
    assert!(fed.is_ok());
    observer.begin();
    assert!(matches!(observer.lock().front(), Some(Item::Notice(_))));
}

#[test]
fn arrays_and_versions_are_read_from_their_text() {
    for (text, expected) in [
        ("{}", &[][..]),
        ("{a,b}", &["a", "b"]),
        (
            "{\"a,b\",\"c\\\"d\",NULL,\"NULL\",\"\"}",
            &["a,b", "c\"d", "", "NULL", ""],
        ),
        ("", &[]),
        ("{a", &[]),
    ] {
        assert_eq!(array(text), expected, "{text}");
    }
    for (text, expected) in [
        ("15.8 (Debian 15.8-0+deb12u1)", 150_008),
        ("9.6.24", 90_624),
        ("18beta1", 180_000),
        ("10.23", 100_023),
        ("", 0),
    ] {
        assert_eq!(version_number(text), expected, "{text}");
    }
}
