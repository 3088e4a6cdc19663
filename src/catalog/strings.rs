//! Text that a catalog keeps once, however often it occurs: column names and types repeat by the
//! thousand.

use std::hash::{BuildHasher, RandomState};

/// A text in `Strings`. Number 0 is the empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct Symbol(pub(super) u32);

impl Symbol {
    pub(super) const EMPTY: Symbol = Symbol(0);
}

/// Every text behind the other, and where each ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Default for Strings {
    fn default() -> Self {
        Strings {
            text: String::new(),
            ends: vec![0],
        }
    }
}

impl Strings {
    /// The text of a symbol; of one that is not from here, nothing.
    pub(super) fn get(&self, symbol: Symbol) -> &str {
        let at = symbol.0 as usize;
        let Some(&end) = self.ends.get(at) else {
            return "";
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn parts(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// The opposite of `parts`; `None` where the ends do not fit the text.
    pub(super) fn from_parts(text: String, ends: Vec<u32>) -> Option<Strings> {
        let ordered = ends.is_sorted() && ends.first() == Some(&0);
        let whole = ends.last().is_some_and(|end| *end as usize == text.len());
        let cut = ends.iter().all(|end| text.is_char_boundary(*end as usize));
        (ordered && whole && cut).then_some(Strings { text, ends })
    }

    fn push(&mut self, text: &str) -> Symbol {
        let end = u32::try_from(self.text.len() + text.len());
        let (Ok(end), Ok(number)) = (end, u32::try_from(self.ends.len())) else {
            return Symbol::EMPTY;
        };
        self.text.push_str(text);
        self.ends.push(end);
        Symbol(number)
    }

    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Gives equal texts the same symbol.
#[derive(Debug, Clone, Default)]
pub(super) struct Interner {
    pub(super) strings: Strings,
    /// Open addressing: the number of a text at the place that its hash names, or behind it.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Interner {
    /// Goes on with the texts of an older catalog.
    pub(super) fn with(strings: Strings) -> Interner {
        let mut interner = Interner {
            strings,
            ..Interner::default()
        };
        interner.rehash();
        interner
    }

    /// The symbol of a text that has one.
    pub(super) fn find(&self, text: &str) -> Option<Symbol> {
        if text.is_empty() {
            return Some(Symbol::EMPTY);
        }
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.place(text)])
            .filter(|number| *number != 0)
            .map(Symbol)
    }

    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        if text.is_empty() {
            return Symbol::EMPTY;
        }
        if self.strings.len() * 2 >= self.slots.len() {
            self.rehash();
        }
        let place = self.place(text);
        if self.slots[place] == 0 {
            self.slots[place] = self.strings.push(text).0;
        }
        Symbol(self.slots[place])
    }

    /// Where the text stands or would stand. There is always a free slot.
    fn place(&self, text: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.hasher.hash_one(text) as usize & mask;
        while self.slots[at] != 0 && self.strings.get(Symbol(self.slots[at])) != text {
            at = (at + 1) & mask;
        }
        at
    }

    fn rehash(&mut self) {
        let size = (self.strings.len() * 4).next_power_of_two().max(64);
        self.slots = vec![0; size];
        for number in 1..self.strings.len() as u32 {
            let place = self.place(self.strings.get(Symbol(number)));
            self.slots[place] = number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_symbol_and_all_come_back() {
        let mut names = Interner::default();
        let words: Vec<String> = (0..5_000)
            .map(|n| format!("n\u{e4}me_{}", n % 1_000))
            .collect();
        let symbols: Vec<Symbol> = words.iter().map(|w| names.intern(w)).collect();
        assert_eq!(names.strings.len(), 1_001);
        for (word, symbol) in words.iter().zip(&symbols) {
            assert_eq!(names.strings.get(*symbol), word);
            assert_eq!(names.find(word), Some(*symbol));
        }
        assert_eq!(names.find("other"), None);
        assert_eq!(names.intern(""), Symbol::EMPTY);
        let mut again = Interner::with(names.strings.clone());
        assert_eq!(again.intern(&words[7]), symbols[7]);
    }

    #[test]
    fn ends_that_do_not_fit_the_text_are_refused() {
        for (text, ends) in [
            ("ab", vec![]),
            ("ab", vec![0, 1]),
            ("ab", vec![0, 3]),
            ("ab", vec![0, 2, 1, 2]),
            ("\u{e4}", vec![0, 1, 2]),
            ("ab", vec![1, 2]),
        ] {
            assert_eq!(
                Strings::from_parts(text.into(), ends.clone()),
                None,
                "{ends:?}"
            );
        }
        assert!(Strings::from_parts("ab".into(), vec![0, 1, 2]).is_some());
    }
}
