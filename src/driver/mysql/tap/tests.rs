use super::*;

/// Packets with these bodies, numbered from 1.
fn packets(bodies: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut number: u8 = 0;
    for body in bodies {
        let mut pieces: Vec<&[u8]> = body.chunks(WHOLE).collect();
        if body.len() % WHOLE == 0 {
            pieces.push(b"");
        }
        for piece in pieces {
            number = number.wrapping_add(1);
            let length = u32::try_from(piece.len()).unwrap_or(0).to_le_bytes();
            bytes.extend_from_slice(&[length[0], length[1], length[2], number]);
            bytes.extend_from_slice(piece);
        }
    }
    bytes
}

/// What came through, as the relay does it: for the client, and the cells of the rows, each row
/// behind a `;`, each result ended by `|`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    client: Vec<u8>,
    rows: String,
    idle: bool,
}

fn carried(short: bool, bytes: &[u8], mut cut: impl FnMut() -> usize) -> Option<Seen> {
    let mut tap = Tap::new(short);
    tap.begin();
    let (mut seen, mut buffer, mut rest) = (Seen::default(), Vec::new(), bytes);
    while !rest.is_empty() {
        let (now, behind) = rest.split_at(cut().clamp(1, rest.len()));
        buffer.extend_from_slice(now);
        rest = behind;
        loop {
            let done = match tap.next(&mut buffer).ok()? {
                Step::Wait => break,
                Step::Pass(0) => break,
                Step::Rows(n) => {
                    cells(&buffer[..n], &mut seen.rows);
                    n
                }
                Step::Pass(n) => {
                    seen.client.extend_from_slice(&buffer[..n]);
                    n
                }
                Step::End(n) => {
                    seen.rows.push('|');
                    seen.client.extend_from_slice(&buffer[..n]);
                    n
                }
            };
            buffer.drain(..done);
        }
    }
    seen.idle = tap.is_idle();
    Some(seen)
}

fn cells(mut rows: &[u8], out: &mut String) {
    while let Some(row) = next_row(&mut rows) {
        let mut rest = &row[..];
        while let Some(cell) = next_cell(&mut rest) {
            let text = cell.map_or("NULL".into(), String::from_utf8_lossy);
            match text.len() {
                0..=40 => *out += &format!("{text},"),
                n => *out += &format!("{n},"),
            }
        }
        out.push(';');
    }
    assert_eq!(rows, b"");
}

const OK_LAST: &[u8] = b"\xfe\0\0\x02\0\0\0";
const OK_MORE: &[u8] = b"\xfe\0\0\x0a\0\0\0";
const EOF_LAST: &[u8] = b"\xfe\0\0\x02\0";
const EOF_MORE: &[u8] = b"\xfe\x01\0\x0a\0";
const FAILED: &[u8] = b"\xff\x28\x04#42000no";

#[test]
fn rows_are_taken_out_and_nothing_else() {
    let large = [&[0xfe, 1, 0, 0, 1, 0, 0, 0, 0], &vec![b'x'; WHOLE + 2][..]].concat();
    for (short, answer, left, rows) in [
        (true, vec![&b"\0\x01\0\x02\0\0\0"[..]], vec![0], ""),
        (true, vec![FAILED], vec![0], ""),
        (
            true,
            vec![b"\x02", b"def", b"def", b"\x011\xfb", b"\0\x02ab", OK_LAST],
            vec![0, 1, 2, 5],
            "1,NULL,;,ab,;|",
        ),
        (
            false,
            vec![b"\x01", b"def", EOF_LAST, b"\x011", EOF_LAST],
            vec![0, 1, 2, 4],
            "1,;|",
        ),
        // No rows, an error among the rows, several results.
        (true, vec![b"\x01", b"def", OK_LAST], vec![0, 1, 2], "|"),
        (
            true,
            vec![b"\x01", b"def", b"\x01a", FAILED],
            vec![0, 1, 3],
            "a,;|",
        ),
        (
            true,
            vec![
                b"\x01",
                b"def",
                b"\x01a",
                b"\x01b",
                OK_MORE,
                b"\x01",
                b"def",
                b"\x01c",
                OK_MORE,
                b"\0\0\0\x02\0\0\0",
            ],
            vec![0, 1, 4, 5, 6, 8, 9],
            "a,;b,;|c,;|",
        ),
        (
            false,
            vec![b"\x01", b"def", EOF_LAST, b"\x01a", EOF_MORE, FAILED],
            vec![0, 1, 2, 4, 5],
            "a,;|",
        ),
        // A row that begins as an end does, and one of two packets.
        (
            true,
            vec![b"\x01", b"def", &large, OK_LAST],
            vec![0, 1, 3],
            "16777217,;|",
        ),
    ] {
        let bytes = packets(&answer);
        let expected = Seen {
            client: packets(&left.iter().map(|i| answer[*i]).collect::<Vec<_>>()),
            rows: rows.into(),
            idle: true,
        };
        for cut in [usize::MAX, 1 << 16, 7, 3, 1] {
            if bytes.len() < 1 << 20 || cut > 1000 {
                assert_eq!(
                    carried(short, &bytes, || cut).as_ref(),
                    Some(&expected),
                    "{cut}"
                );
            }
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for answer in [
        // Columns: none, NULL is a file, too many, many too many.
        vec![&b""[..]],
        vec![b"\xfd\0\0\x01"],
        vec![b"\xfe\0\0\0\0\x01\0\0\0"],
        vec![b"\xfc\0\0"],
        vec![b"\0"],
        vec![b"\x01", b""],
        vec![b"\x01", b"def", b"\xfe"],
    ] {
        assert_eq!(
            carried(true, &packets(&answer), || usize::MAX),
            None,
            "{answer:?}"
        );
    }
    // No row, where the columns should be over.
    let answer = packets(&[b"\x01", b"def", b"\x01a"]);
    assert_eq!(carried(false, &answer, || usize::MAX), None);
}

#[test]
fn a_file_is_asked_for_and_nothing_is_taken() {
    let bytes = packets(&[b"\xfbx.csv", b"\0\0\0\x02\0\0\0"]);
    let seen = carried(true, &bytes, || 5).expect("sense");
    assert_eq!((seen.client, seen.idle), (bytes, true));
}

#[test]
fn any_bytes_are_read_the_same_wherever_they_are_cut() {
    let good = packets(&[
        b"\x01", b"def", b"\x01a", b"\xfb", OK_MORE, b"\x01", b"d", OK_LAST,
    ]);
    let old = packets(&[b"\x01", b"def", EOF_LAST, b"\x02ab", b"\0", EOF_LAST]);
    let words: &[&[u8]] = &[
        OK_LAST,
        EOF_MORE,
        FAILED,
        b"\xff\xff\xff",
        b"\x01\0\0\x01\xfb",
    ];
    crate::driver::fuzz::bytes(&[&good, &old], words, |input, random| {
        for short in [false, true] {
            let whole = carried(short, input, || usize::MAX);
            let cut = carried(short, input, || 1 + random.below(9));
            match (whole, cut) {
                (Some(whole), Some(cut)) => assert_eq!(whole, cut),
                // What stands behind an answer is handed on as it comes.
                (whole, cut) => assert!(whole.is_none() && cut.is_none()),
            }
        }
        let mut rest = input;
        while next_cell(&mut rest).is_some() {}
    });
}
