//! The compressed protocol: frames around the bytes that would otherwise go over the wire. The relay
//! takes them off, so that all that looks at packets sees them plain, and the client library knows
//! nothing of it. Bounded by the format: a frame has three bytes for each of its lengths.
//!
//! A frame is the length of its content, its number, the length of what that unpacks to (0 where it
//! is not packed), and the content. Frames are numbered from 0 on for each command, and a server
//! that compresses goes by that number for its packets too: they get those that the client library
//! expects. ("Compressed Packet" in MySQL's source documentation.)

use super::gate::Senseless;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const HEAD: usize = 7;
/// Bytes that are read at once.
const BUFFER: usize = 16 * 1024;
/// Bytes that go into one frame.
const CONTENT: usize = 64 * 1024;
/// Shorter ones are sent as they are, as by the mysql client.
const WORTHWHILE: usize = 50;

/// A connection to a server that compresses.
pub(super) struct Compressed<S> {
    server: S,
    incoming: Incoming,
    outgoing: Outgoing,
    /// Of the next frame that is sent.
    frame: u8,
    /// Of the next packet that comes.
    packet: u8,
    /// Something has come since something was sent.
    answered: bool,
}

#[derive(Default)]
struct Incoming {
    /// Frames that are not unpacked.
    frames: Vec<u8>,
    plain: Vec<u8>,
    /// So many bytes of `plain` have been handed on.
    given: usize,
    heads: Heads,
}

#[derive(Default)]
struct Outgoing {
    frame: Vec<u8>,
    /// So many bytes of `frame` have been sent.
    sent: usize,
    heads: Heads,
    /// The number of the last packet.
    last: u8,
}

/// Walks along packets, however they are cut.
#[derive(Default)]
pub(super) struct Heads {
    length: [u8; 3],
    /// Bytes of the length that have come.
    have: usize,
    /// Bytes of the body that have not come.
    rest: usize,
}

impl Heads {
    /// Shows `each` the number of every packet whose head is complete within these bytes.
    pub(super) fn walk(&mut self, bytes: &mut [u8], mut each: impl FnMut(&mut u8)) {
        let mut at = 0;
        while at < bytes.len() {
            if self.rest > 0 {
                let now = self.rest.min(bytes.len() - at);
                self.rest -= now;
                at += now;
                continue;
            }
            if let Some(byte) = self.length.get_mut(self.have) {
                *byte = bytes[at];
                self.have += 1;
            } else {
                each(&mut bytes[at]);
                self.rest = number(self.length);
                self.have = 0;
            }
            at += 1;
        }
    }
}

fn number([low, middle, high]: [u8; 3]) -> usize {
    usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16
}

fn three(n: usize) -> [u8; 3] {
    let [low, middle, high, ..] = n.to_le_bytes();
    [low, middle, high]
}

impl<S> Compressed<S> {
    pub(super) fn new(server: S) -> Compressed<S> {
        Compressed {
            server,
            incoming: Incoming::default(),
            outgoing: Outgoing::default(),
            frame: 0,
            packet: 0,
            answered: true,
        }
    }

    /// Unpacks the next frame, if all of it is there.
    fn unpack(&mut self) -> Result<bool, Senseless> {
        let Incoming {
            frames,
            plain,
            given,
            heads,
        } = &mut self.incoming;
        let Some(&[a, b, c, frame, d, e, f]) = frames.first_chunk::<HEAD>() else {
            return Ok(false);
        };
        let end = HEAD + number([a, b, c]);
        let Some(content) = frames.get(HEAD..end) else {
            return Ok(false);
        };
        plain.clear();
        *given = 0;
        match number([d, e, f]) {
            0 => plain.extend_from_slice(content),
            length => {
                plain.reserve_exact(length);
                let done =
                    Decompress::new(true).decompress_vec(content, plain, FlushDecompress::Finish);
                if !matches!(done, Ok(Status::StreamEnd)) || plain.len() != length {
                    return Err(Senseless);
                }
            }
        }
        frames.drain(..end);
        heads.walk(plain, |number| {
            *number = self.packet;
            self.packet = self.packet.wrapping_add(1);
        });
        self.frame = frame.wrapping_add(1);
        self.answered = true;
        Ok(true)
    }

    /// Makes a frame of bytes of the client's.
    fn pack(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut plain = bytes.to_vec();
        let Outgoing {
            frame,
            sent,
            heads,
            last,
        } = &mut self.outgoing;
        heads.walk(&mut plain, |number| {
            // A file of many packets comes by 0 as well.
            if *number == 0 && (self.answered || *last != u8::MAX) {
                self.frame = 0;
            }
            self.answered = false;
            *last = *number;
            self.packet = number.wrapping_add(1);
        });
        frame.clear();
        *sent = 0;
        frame.extend_from_slice(&[0; HEAD]);
        let mut length = plain.len();
        if length >= WORTHWHILE {
            frame.reserve(length);
            let mut packer = Compress::new(Compression::fast(), true);
            let done = packer.compress_vec(&plain, frame, FlushCompress::Finish);
            if !matches!(done.map_err(io::Error::other)?, Status::StreamEnd)
                || frame.len() >= HEAD + length
            {
                frame.truncate(HEAD);
            }
        }
        if frame.len() == HEAD {
            frame.extend_from_slice(&plain);
            length = 0;
        }
        let size = three(frame.len() - HEAD);
        frame[..3].copy_from_slice(&size);
        frame[3] = self.frame;
        frame[4..HEAD].copy_from_slice(&three(length));
        self.frame = self.frame.wrapping_add(1);
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Compressed<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let Incoming { plain, given, .. } = &mut this.incoming;
            let rest = &plain[*given..];
            if !rest.is_empty() {
                let now = rest.len().min(buf.remaining());
                buf.put_slice(&rest[..now]);
                *given += now;
                return Poll::Ready(Ok(()));
            }
            if this.unpack().map_err(|Senseless| ErrorKind::InvalidData)? {
                continue;
            }
            let mut space = [0; BUFFER];
            let mut more = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.server).poll_read(cx, &mut more))?;
            if more.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.incoming.frames.extend_from_slice(more.filled());
        }
    }
}

impl<S: AsyncWrite + Unpin> Compressed<S> {
    /// Sends what is left of the last frame.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Outgoing { frame, sent, .. } = &mut self.outgoing;
        while *sent < frame.len() {
            match ready!(Pin::new(&mut self.server).poll_write(cx, &frame[*sent..]))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                n => *sent += n,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Compressed<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        let now = &buf[..buf.len().min(CONTENT)];
        this.pack(now)?;
        Poll::Ready(Ok(now.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.server).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.server).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn packet(number: u8, body: &[u8]) -> Vec<u8> {
        [&three(body.len())[..], &[number], body].concat()
    }

    fn frame(number: u8, plain: usize, content: &[u8]) -> Vec<u8> {
        let head = [&three(content.len())[..], &[number], &three(plain)].concat();
        [head, content.to_vec()].concat()
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 100);
        Compress::new(Compression::fast(), true)
            .compress_vec(bytes, &mut out, FlushCompress::Finish)
            .expect("packs");
        out
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(future)
    }

    /// What is read of these frames, behind a command.
    fn read(frames: &[u8]) -> io::Result<Vec<u8>> {
        block_on(async {
            let (ours, mut theirs) = tokio::io::duplex(1 << 20);
            let mut wire = Compressed::new(ours);
            wire.write_all(&packet(0, b"\x03x")).await?;
            wire.flush().await?;
            theirs.write_all(frames).await?;
            theirs.shutdown().await?;
            let mut out = Vec::new();
            wire.read_to_end(&mut out).await.map(|_| out)
        })
    }

    #[test]
    fn frames_are_taken_off_and_packets_numbered_as_the_client_expects() {
        let two = [packet(7, &[b'a'; 90]), packet(9, b"b")].concat();
        let expected = [packet(1, &[b'a'; 90]), packet(2, b"b")].concat();
        let (left, right) = two.split_at(93);
        for frames in [
            frame(1, two.len(), &packed(&two)),
            frame(1, 0, &two),
            [
                frame(1, left.len(), &packed(left)),
                frame(2, 0, b""),
                frame(3, 0, right),
            ]
            .concat(),
            // In the middle of a head.
            [frame(1, 0, &two[..2]), frame(2, 0, &two[2..])].concat(),
        ] {
            assert_eq!(read(&frames).expect("sense"), expected);
        }
        // One that breaks off is an end.
        assert_eq!(read(b"\x05\0\0\x01\0\0\0ab").expect("an end"), b"");
    }

    #[test]
    fn frames_that_lie_about_their_length_make_no_sense() {
        let bomb = packed(&vec![0; 1 << 20]);
        for (plain, content) in [
            (100, bomb.as_slice()),
            (0xff_ffff, &bomb),
            (100, b"no zlib"),
            (5, b""),
            (3, &packed(b"ab")),
            (1, &packed(b"ab")),
        ] {
            let error = read(&frame(1, plain, content)).expect_err("nonsense");
            assert_eq!(error.kind(), ErrorKind::InvalidData);
        }
    }

    #[test]
    fn commands_are_packed_and_each_begins_with_frame_0() {
        block_on(async {
            let (ours, mut theirs) = tokio::io::duplex(1 << 20);
            let mut wire = Compressed::new(ours);
            let long = packet(0, &[b'q'; 70_000]);
            for command in [&long, &packet(0, b"short")] {
                wire.write_all(command).await.expect("room");
            }
            wire.flush().await.expect("room");
            drop(wire);
            let mut sent = Vec::new();
            theirs.read_to_end(&mut sent).await.expect("all");
            let mut rest = sent.as_slice();
            let (mut numbers, mut plain) = (Vec::new(), Vec::new());
            while let Some((&[a, b, c, n, d, e, f], behind)) = rest.split_first_chunk::<HEAD>() {
                let (content, behind) = behind.split_at(number([a, b, c]));
                let length = number([d, e, f]);
                numbers.push(n);
                if length == 0 {
                    plain.extend_from_slice(content);
                } else {
                    let mut out = Vec::with_capacity(length);
                    Decompress::new(true)
                        .decompress_vec(content, &mut out, FlushDecompress::Finish)
                        .expect("unpacks");
                    plain.extend(out);
                }
                rest = behind;
            }
            assert_eq!(numbers, [0, 1, 0]);
            assert_eq!(plain, [long, packet(0, b"short")].concat());
            assert!(sent.len() < 2_000, "{}", sent.len());
        });
    }

    #[test]
    fn any_bytes_are_read_to_an_end_or_an_error() {
        let row = packet(3, &[b'r'; 60]);
        let seeds: &[&[u8]] = &[
            &frame(1, row.len(), &packed(&row)),
            &frame(1, 0, &row),
            &[frame(1, 0, &row), frame(2, row.len(), &packed(&row))].concat(),
        ];
        let words: &[&[u8]] = &[b"\xff\xff\xff", b"\0\0\0", b"\x78\x01"];
        crate::driver::fuzz::bytes(seeds, words, |input, _| {
            let mut wire = Compressed::new(());
            wire.incoming.frames = input.to_vec();
            while matches!(wire.unpack(), Ok(true)) {
                assert!(wire.incoming.plain.len() <= 0xff_ffff);
            }
        });
    }
}
