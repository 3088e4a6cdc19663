//! Random input for the decoders: seeds that are cut, spliced and mutated. The same in every run;
//! `SQWIRE_FUZZ_SECONDS` runs each target for so long, with other inputs each time.

use std::time::{Duration, Instant, SystemTime};

/// Inputs of a target in a usual run.
const USUAL: usize = 3_000;
/// Longer inputs find nothing that these do not.
const LONGEST: usize = 2_000;

/// xorshift64
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A text of characters that mean something to somebody.
    pub(crate) fn text(&mut self) -> String {
        const LETTERS: &[char] = &[
            'a', 'B', '0', '9', ' ', '\t', '\n', '\\', '\'', '"', '=', ':', '@', '/', '?', '&',
            '%', '#', ';', ',', '[', ']', '!', '*', '.', '-', '\u{e9}', '\u{65e5}', '\u{1b}',
            '\u{7f}',
        ];
        let length = self.below(12);
        (0..length).map(|_| *self.pick(LETTERS)).collect()
    }
}

/// Hands mutated `seeds` to `each`, with `words` put in here and there. A panic is the finding; the
/// input is in its message.
pub(crate) fn bytes(seeds: &[&[u8]], words: &[&[u8]], mut each: impl FnMut(&[u8], &mut Random)) {
    let seconds = std::env::var("SQWIRE_FUZZ_SECONDS").ok();
    let seconds = seconds
        .and_then(|s| s.parse().ok())
        .map(Duration::from_secs);
    let begun = Instant::now();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seed = now.map_or(1, |d| u64::from(d.subsec_nanos()) | 1);
    let mut random = Random(if seconds.is_some() { seed } else { 0x5eed });
    let mut count = 0;
    while seconds.map_or(count < USUAL, |limit| begun.elapsed() < limit) {
        let mut input = random.pick(seeds).to_vec();
        for _ in 0..=random.below(8) {
            mutate(&mut input, seeds, words, &mut random);
        }
        input.truncate(LONGEST);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            each(&input, &mut random);
        }));
        assert!(
            result.is_ok(),
            "input: {:?}",
            String::from_utf8_lossy(&input)
        );
        count += 1;
    }
    if seconds.is_some() {
        let name = std::thread::current()
            .name()
            .unwrap_or_default()
            .to_string();
        let line = format!("{name}: {count} inputs\n");
        std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes()).expect("writes");
    }
}

/// The same for what takes text.
pub(crate) fn texts(seeds: &[&str], words: &[&str], mut each: impl FnMut(&str, &mut Random)) {
    let seeds: Vec<&[u8]> = seeds.iter().map(|s| s.as_bytes()).collect();
    let words: Vec<&[u8]> = words.iter().map(|s| s.as_bytes()).collect();
    bytes(&seeds, &words, |input, random| {
        each(&String::from_utf8_lossy(input), random);
    });
}

fn mutate(input: &mut Vec<u8>, seeds: &[&[u8]], words: &[&[u8]], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let to = (at + random.below(20)).min(input.len());
    match random.below(7) {
        0 => drop(input.drain(at..to)),
        1 => {
            let piece = input[at..to].to_vec();
            input.splice(at..at, piece);
        }
        2 if !words.is_empty() => {
            let word = random.pick(words).to_vec();
            input.splice(at..to.min(at + 1), word);
        }
        3 if at < input.len() => input[at] = u8::try_from(random.below(256)).unwrap_or(0),
        4 => {
            let other = *random.pick(seeds);
            let from = random.below(other.len() + 1);
            input.truncate(at);
            input.extend(&other[from..]);
        }
        5 if at < input.len() => input[at] ^= 1 << random.below(8),
        _ => {
            let text = random.text().into_bytes();
            input.splice(at..at, text);
        }
    }
}
