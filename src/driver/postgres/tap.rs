//! The observing stream: what the server sends, as far as the client crate does not pass it on.
//!
//! It stands between the client crate and the (already decrypted) connection and reads only the
//! five bytes that head each message. Of a few kinds it keeps the body: that gives the types of
//! columns, exact command tags, the state of the transaction, and notices at their true place between
//! the rows. The rows themselves and the data of `COPY … TO STDOUT` it takes out.

use super::extended::STAND_IN_MESSAGE;
use super::oauth;
use super::observer::{Observer, State};
use super::startup::Startup;
use super::wire;
use crate::driver::{Chunk, LULL, SMALL_PIECE};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_postgres::tls::{ChannelBinding, TlsStream};

/// Bytes of a kept body; what is longer is cut off. A server can be made to send a notice of any
/// length, and a table has at most 1,600 columns.
const MAX_BODY: usize = 1 << 20;

/// Bytes that are read at once.
const INCOMING: usize = 64 * 1024;

/// Bytes of a message that PostgreSQL can make: it keeps no larger thing in its memory.
const MAX_MESSAGE: usize = 1 << 30;

/// Finds the messages in a stream of bytes that may be cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    header: [u8; 5],
    /// Bytes of `header` that are there; 5 while a body is being read.
    have: usize,
    /// Bytes of the body that are still to come.
    left: usize,
    body: Vec<u8>,
    /// The message goes to the client crate.
    passes: bool,
}

/// What is done with the body of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Skip,
    /// The cells of a row: data, of any length.
    Row,
    Keep,
    /// COPY data: handed on piece by piece.
    Pass,
}

impl Scanner {
    /// Reads on; what is for the client crate goes to `passed`. Fails where a length makes no sense,
    /// after which nothing can be understood.
    pub(super) fn feed(
        &mut self,
        mut bytes: &[u8],
        state: &mut State,
        passed: &mut Vec<u8>,
    ) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.have < 5 {
                bytes = self.read_header(bytes)?;
                if self.have < 5 {
                    return Ok(());
                }
                self.passes = !(matches!(self.header[0], b'D' | b'd') && state.takes_rows());
                if self.passes {
                    passed.extend_from_slice(&self.header);
                }
            }
            let take = self.left.min(bytes.len());
            let (now, rest) = bytes.split_at(take);
            if self.passes {
                passed.extend_from_slice(now);
            }
            match self.body_of(state) {
                Body::Skip => {}
                // Most rows come in one piece, and are looked at where they stand.
                Body::Row if self.body.is_empty() && take == self.left => {
                    state.row(now);
                    self.left = 0;
                    self.have = 0;
                    bytes = rest;
                    continue;
                }
                Body::Row => self.body.extend_from_slice(now),
                Body::Keep => {
                    let room = MAX_BODY.saturating_sub(self.body.len());
                    self.body.extend_from_slice(&now[..now.len().min(room)]);
                }
                Body::Pass => state.copy_data(now),
            }
            self.left -= take;
            bytes = rest;
            self.close(state);
        }
        Ok(())
    }

    fn is_between_messages(&self) -> bool {
        self.have == 0 && self.left == 0
    }

    /// What was read last was a row.
    fn is_among_rows(&self) -> bool {
        self.header[0] == b'D'
    }

    fn read_header<'b>(&mut self, bytes: &'b [u8]) -> io::Result<&'b [u8]> {
        let take = (5 - self.have).min(bytes.len());
        self.header[self.have..self.have + take].copy_from_slice(&bytes[..take]);
        self.have += take;
        if self.have == 5 {
            let [_, a, b, c, d] = self.header;
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            let body = length.checked_sub(4).filter(|body| *body <= MAX_MESSAGE);
            self.left = body.ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the server sent a message of a length that cannot be",
                )
            })?;
        }
        Ok(&bytes[take..])
    }

    /// Hands a complete message on.
    fn close(&mut self, state: &mut State) {
        if self.left > 0 {
            return;
        }
        self.have = 0;
        match self.header[0] {
            b'D' if !self.passes => state.row(&self.body),
            b'D' => {}
            tag => state.message(tag, &self.body),
        }
        self.body.clear();
        // One huge body must not keep its memory for the rest of the session.
        self.body.shrink_to(64 * 1024);
    }

    fn body_of(&self, state: &State) -> Body {
        match self.header[0] {
            b'T' | b'C' | b'Z' | b'N' | b'S' | b'A' | b'K' | b'R' => Body::Keep,
            b'D' if !self.passes && state.wants_rows() => Body::Row,
            b'd' => Body::Pass,
            _ => Body::Skip,
        }
    }
}

/// A connection that is observed. `Connection` of the client crate reads and writes it.
pub(super) struct Tap<S> {
    inner: S,
    observer: Arc<Observer>,
    scanner: Scanner,
    /// Where the inner connection's bytes are read to.
    incoming: Vec<u8>,
    /// What is for the client crate, and how much of it has been handed on.
    passed: Vec<u8>,
    handed: usize,
    /// The server was slower than we are when it last sent something.
    slow: bool,
    /// What must be sent to the server without the client crate's knowing.
    reply: Vec<u8>,
    /// Bytes of `reply` that are sent.
    replied: usize,
    /// The data of the COPY that runs, to be sent piece by piece.
    supply: Option<mpsc::Receiver<Chunk>>,
    /// Until the session stands.
    startup: Option<Startup>,
    binding: fn(&S) -> ChannelBinding,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Tap<S> {
    pub(super) fn new(
        inner: S,
        observer: Arc<Observer>,
        startup: Startup,
        binding: fn(&S) -> ChannelBinding,
    ) -> Self {
        Tap {
            inner,
            observer,
            scanner: Scanner::default(),
            incoming: Vec::new(),
            passed: Vec::new(),
            handed: 0,
            slow: false,
            reply: Vec::new(),
            replied: 0,
            supply: None,
            startup: Some(startup),
            binding,
        }
    }

    /// Sends what answers the server's request for the data of a COPY. No other message can be
    /// half sent at this moment, because the statement that asks has been read whole.
    fn send_reply(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while self.replied < self.reply.len() {
            let rest = &self.reply[self.replied..];
            match Pin::new(&mut self.inner).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(n)) => self.replied += n,
                Poll::Ready(Err(e)) => return Err(e),
                Poll::Pending => return Ok(()),
            }
            if self.replied == self.reply.len() {
                self.reply.clear();
                self.replied = 0;
                let _ = Pin::new(&mut self.inner).poll_flush(cx)?;
            }
        }
        Ok(())
    }

    /// Reads while the session does not stand: the client crate gets what the startup leaves it.
    fn poll_start(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            self.send_reply(cx)?;
            let Some(startup) = self.startup.as_mut() else {
                return Poll::Ready(Ok(()));
            };
            if self.reply.is_empty()
                && let Some(demand) = startup.take_wanted()
            {
                return Poll::Ready(Err(io::Error::other(oauth::Wanted(demand))));
            }
            let passed = startup.take_passed(buf.remaining());
            if !passed.is_empty() {
                buf.put_slice(&passed);
                if startup.is_over() {
                    self.startup = None;
                }
                return Poll::Ready(Ok(()));
            }
            let mut bytes = [0; 4096];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            let mut state = self.observer.lock();
            self.scanner
                .feed(read.filled(), &mut state, &mut Vec::new())?;
            let refused = state.refused.take();
            drop(state);
            let fed = match refused {
                Some(why) => Err(why),
                None => startup.feed(read.filled(), &mut self.reply),
            };
            fed.map_err(io::Error::other)?;
            if startup.has_shown_token() {
                self.observer.lock().authenticated = true;
            }
        }
    }

    /// Sends the data of a COPY as fast as the server takes it.
    fn send_supply(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        loop {
            self.send_reply(cx)?;
            let Some(supply) = self.supply.as_mut().filter(|_| self.reply.is_empty()) else {
                return Ok(());
            };
            match supply.poll_recv(cx) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Some(Ok(chunk))) => wire::copy_data(&chunk, &mut self.reply),
                Poll::Ready(Some(Err(e))) => {
                    self.supply = None;
                    let reason = e.to_string();
                    wire::copy_fail(&reason, &mut self.reply);
                    self.observer.lock().supply_failure = Some(reason);
                }
                Poll::Ready(None) => {
                    self.supply = None;
                    wire::copy_done(&mut self.reply);
                }
            }
        }
    }

    /// Gives the client crate what is for it, and says whether there was anything.
    fn hand_on(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let rest = &self.passed[self.handed..];
        let now = rest.len().min(buf.remaining());
        buf.put_slice(&rest[..now]);
        self.handed += now;
        if self.handed == self.passed.len() {
            self.passed.clear();
            self.passed.shrink_to(INCOMING);
            self.handed = 0;
        }
        now > 0
    }

    /// The server has asked for data: they are sent, or it would wait for them for ever.
    fn answer_copy(&mut self, supply: Option<mpsc::Receiver<Chunk>>, refuse: bool) {
        if supply.is_some() {
            self.supply = supply;
        }
        if refuse {
            wire::copy_fail("", &mut self.reply);
            if self.observer.lock().is_extended() {
                // The one that has been sent was lost on a server that waited for data.
                wire::sync(&mut self.reply);
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.startup.is_some() {
            return this.poll_start(cx, buf);
        }
        loop {
            this.send_supply(cx)?;
            if this.hand_on(buf) {
                return Poll::Ready(Ok(()));
            }
            if this.observer.must_wait(cx) {
                return Poll::Pending;
            }
            if std::mem::take(&mut this.slow) {
                std::thread::sleep(LULL);
            }
            this.incoming.resize(INCOMING, 0);
            let mut read = ReadBuf::new(&mut this.incoming);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.slow = this.scanner.is_among_rows() && read.filled().len() < SMALL_PIECE;
            let mut state = this.observer.lock();
            this.scanner
                .feed(read.filled(), &mut state, &mut this.passed)?;
            if this.scanner.is_between_messages()
                && let Some(end) = state.take_end()
            {
                this.scanner.feed(&end, &mut state, &mut this.passed)?;
            }
            // Said before the client crate sees the request and answers it.
            if let Some(why) = state.refused.take() {
                return Poll::Ready(Err(io::Error::other(why)));
            }
            let (supply, refuse) = (state.take_supply(), state.take_copy_in());
            let over = state.take_copy_over();
            drop(state);
            this.observer.announce();
            if over {
                this.supply = None;
            }
            this.answer_copy(supply, refuse);
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.send_reply(cx)?;
        if !self.reply.is_empty() {
            return Poll::Pending;
        }
        if let Some(message) = self.startup.as_mut().and_then(Startup::take_message) {
            self.reply = message;
            self.send_reply(cx)?;
            return Poll::Ready(Ok(buf.len()));
        }
        let before = buf.strip_suffix(STAND_IN_MESSAGE);
        if let Some(before) = before.filter(|_| self.observer.lock().instead.is_some()) {
            if !before.is_empty() {
                return Pin::new(&mut self.inner).poll_write(cx, before);
            }
            let messages = self.observer.lock().take_instead();
            self.reply = messages.unwrap_or_default();
            self.send_reply(cx)?;
            return Poll::Ready(Ok(STAND_IN_MESSAGE.len()));
        }
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.send_reply(cx)?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Tap<S> {
    fn channel_binding(&self) -> ChannelBinding {
        (self.binding)(&self.inner)
    }
}
