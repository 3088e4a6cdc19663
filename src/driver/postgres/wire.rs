//! Bodies of the protocol's messages: bytes to values. Total: what is cut off or makes no sense
//! gives what could be read of it.

use crate::data::Notice;

/// One column of a RowDescription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) type_oid: u32,
    /// What was declared behind the type's name; negative for nothing.
    pub(super) modifier: i32,
}

impl Field {
    /// A column of which only the name is known.
    pub(super) fn untyped(name: &str) -> Self {
        Field {
            name: name.to_string(),
            type_oid: 0,
            modifier: -1,
        }
    }
}

/// Columns that a result can have: a row has 16 bits for their number.
const MAX_FIELDS: usize = u16::MAX as usize;

fn cstr(body: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(0, body) {
        Some(end) => (&body[..end], &body[end + 1..]),
        None => (body, &[]),
    }
}

/// The string that a body begins with.
pub(super) fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(cstr(body).0).into_owned()
}

/// Two strings, as in ParameterStatus.
pub(super) fn pair(body: &[u8]) -> (String, String) {
    (text(body), text(cstr(body).1))
}

/// RowDescription.
pub(super) fn fields(body: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rest = body.get(2..).unwrap_or_default();
    while !rest.is_empty() && fields.len() < MAX_FIELDS {
        let (name, after) = cstr(rest);
        // Table (4), column (2), type (4), length (2), modifier (4), format (2).
        let Some(fixed) = after.get(..18) else { break };
        fields.push(Field {
            name: String::from_utf8_lossy(name).into_owned(),
            type_oid: u32::from_be_bytes([fixed[6], fixed[7], fixed[8], fixed[9]]),
            modifier: i32::from_be_bytes([fixed[12], fixed[13], fixed[14], fixed[15]]),
        });
        rest = &after[18..];
    }
    fields
}

/// Letters of the names that a notice is about, with psql's titles for them, in psql's order.
const NAMES: &[(u8, &str)] = &[
    (b's', "SCHEMA NAME"),
    (b't', "TABLE NAME"),
    (b'c', "COLUMN NAME"),
    (b'd', "DATATYPE NAME"),
    (b'n', "CONSTRAINT NAME"),
];

/// NoticeResponse: fields of one letter and a string each.
pub(super) fn notice(body: &[u8]) -> Notice {
    let mut notice = Notice::default();
    let (mut file, mut line, mut routine) = (String::new(), String::new(), String::new());
    let mut rest = body;
    while let Some((&kind, after)) = rest.split_first() {
        if kind == 0 {
            break;
        }
        let (value, after) = cstr(after);
        let value = || String::from_utf8_lossy(value).into_owned();
        match kind {
            b'S' => notice.severity = value(),
            b'M' => notice.message = value(),
            b'D' => notice.detail = Some(value()),
            b'H' => notice.hint = Some(value()),
            b'C' => notice.code = Some(value()),
            b'W' => notice.context = Some(value()),
            b'P' | b'p' => notice.position = value().parse().ok(),
            b'q' => notice.query = Some(value()),
            b'F' => file = value(),
            b'L' => line = value(),
            b'R' => routine = value(),
            kind => {
                let named = NAMES.iter().find(|(letter, _)| *letter == kind);
                notice
                    .more
                    .extend(named.map(|(_, title)| (*title, value())));
            }
        }
        rest = after;
    }
    if !file.is_empty() {
        let location = format!("{routine}, {file}:{line}");
        notice.more.push(("LOCATION", location));
    }
    notice
}

/// NotificationResponse, in psql's words.
pub(super) fn notification(body: &[u8]) -> Notice {
    let process = body.first_chunk().map_or(0, |b| i32::from_be_bytes(*b));
    let (channel, payload) = pair(body.get(4..).unwrap_or_default());
    let with = match payload.as_str() {
        "" => String::new(),
        payload => format!(" with payload \"{payload}\""),
    };
    Notice {
        severity: "NOTIFY".into(),
        message: format!(
            "asynchronous notification \"{channel}\"{with} received from server process with PID \
             {process}"
        ),
        ..Notice::default()
    }
}

/// BackendKeyData: the process, and its secret, whose length is the server's choice.
pub(super) fn key(body: &[u8]) -> Option<(i32, Vec<u8>)> {
    let (process, secret) = body.split_first_chunk()?;
    let bounds = 4..=MOST_SECRET;
    (bounds.contains(&secret.len())).then(|| (i32::from_be_bytes(*process), secret.to_vec()))
}

/// CancelRequest.
pub(super) fn cancel_request(process: i32, secret: &[u8]) -> Vec<u8> {
    let length = u32::try_from(12 + secret.len()).unwrap_or(u32::MAX);
    let code = 80_877_102_u32;
    let head = [
        length.to_be_bytes(),
        code.to_be_bytes(),
        process.to_be_bytes(),
    ];
    [head.as_flattened(), secret].concat()
}

/// Bytes of a process's secret, as protocol 3.2 bounds them.
const MOST_SECRET: usize = 256;

/// The cells of a DataRow; `None` is NULL.
pub(super) fn cells(body: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = body.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = i32::from_be_bytes(*rest.first_chunk()?);
        rest = &rest[4..];
        let Ok(length) = usize::try_from(length) else {
            return Some(None);
        };
        let cell = rest.get(..length)?;
        rest = &rest[length..];
        Some(Some(cell))
    })
}

/// Puts the body of a DataRow behind others.
pub(super) fn push_row(rows: &mut Vec<u8>, body: &[u8]) {
    rows.extend_from_slice(&body.len().to_ne_bytes());
    rows.extend_from_slice(body);
}

/// The bodies that `push_row` has put together.
pub(super) fn rows(rows: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let length = usize::from_ne_bytes(*rest.first_chunk()?);
        let (body, behind) = rest.get(size_of::<usize>()..)?.split_at_checked(length)?;
        rest = behind;
        Some(body)
    })
}

/// The elements of an array in its text form (`{a,"b c",NULL}`), NULL as the empty string.
pub(super) fn array(text: &str) -> Vec<String> {
    let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
    let Some(inner) = inner.filter(|t| !t.is_empty()) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut element = String::new();
    let mut quoted = false;
    let mut was_quoted = false;
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => element.extend(chars.next()),
            '"' => {
                quoted = !quoted;
                was_quoted = true;
            }
            ',' if !quoted => out.push(finish(&mut element, &mut was_quoted)),
            c => element.push(c),
        }
    }
    out.push(finish(&mut element, &mut was_quoted));
    out
}

fn finish(element: &mut String, was_quoted: &mut bool) -> String {
    let element = std::mem::take(element);
    if !std::mem::take(was_quoted) && element.eq_ignore_ascii_case("null") {
        return String::new();
    }
    element
}

/// Query.
pub(super) fn query(sql: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(sql.len() + 6);
    head(b'Q', sql.len() + 1, &mut message);
    message.extend_from_slice(sql);
    message.push(0);
    message
}

/// Appends CopyData.
pub(super) fn copy_data(data: &[u8], into: &mut Vec<u8>) {
    // A piece that were too long for the length field would have to be 4 GB.
    for piece in data.chunks(MOST_COPY_DATA) {
        head(b'd', piece.len(), into);
        into.extend_from_slice(piece);
    }
}

/// Appends CopyDone.
pub(super) fn copy_done(into: &mut Vec<u8>) {
    head(b'c', 0, into);
}

/// Appends Sync.
pub(super) fn sync(into: &mut Vec<u8>) {
    head(b'S', 0, into);
}

/// Appends CopyFail.
pub(super) fn copy_fail(reason: &str, into: &mut Vec<u8>) {
    let reason = reason.replace('\0', "");
    head(b'f', reason.len() + 1, into);
    into.extend_from_slice(reason.as_bytes());
    into.push(0);
}

const MOST_COPY_DATA: usize = 1 << 20;

/// A message's kind, and its length with the four bytes of the length itself.
pub(super) fn head(kind: u8, body: usize, into: &mut Vec<u8>) {
    let length = u32::try_from(body + 4).unwrap_or(u32::MAX);
    into.push(kind);
    into.extend_from_slice(&length.to_be_bytes());
}
