//! What was typed before, as the keys need it: in memory. The file behind it is read and written by
//! a thread (`crate::history`), so a key press never touches the disk; what that thread has found is
//! taken in between two lines.

use super::state::{Shared, State};
use crate::history::{Ending, Entry, Outcome, Place, Query, Recorder, Report, now, redacted};
use crate::settings::patterns::fits_statement;
use reedline::{
    CommandLineSearch, History, HistoryItem, HistoryItemId, HistorySessionId, ReedlineError,
    ReedlineErrorVariants, SearchDirection, SearchFilter, SearchQuery,
};
use std::collections::HashSet;

/// The entries, oldest first, each text once a place.
#[derive(Debug)]
pub(super) struct Entries {
    entries: Vec<Entry>,
    /// What sessions at our side have typed since: searched, and not walked through with Up.
    others: Vec<Entry>,
    /// More than these are forgotten, the oldest first.
    limit: usize,
    recorder: Recorder,
    /// This session's number.
    pub(super) session: i64,
    /// What is connected now.
    pub(super) place: Place,
    /// The project that one works in.
    pub(super) folder: String,
    /// The newest entry while it runs.
    running: Option<Running>,
    last_outcome: Outcome,
    /// What the thread could not do.
    failure: Option<String>,
}

#[derive(Debug)]
struct Running {
    number: u64,
    text: String,
}

impl Entries {
    /// Begins to read the file; without one nothing is kept after the end.
    pub(super) fn open(path: Option<std::path::PathBuf>, limit: usize) -> Self {
        // Two sessions of one machine never have the same.
        let session = (now() << 22) | i64::from(std::process::id() & 0x3f_ffff);
        Entries {
            entries: Vec::new(),
            others: Vec::new(),
            limit,
            recorder: Recorder::open(path, limit, session),
            session,
            place: Place::default(),
            folder: String::new(),
            running: None,
            last_outcome: Outcome::Unknown,
            failure: None,
        }
    }

    /// Takes in what was there at the start.
    pub(super) fn read_first(&mut self) {
        let first = self.recorder.first();
        first.into_iter().for_each(|report| self.take(report));
    }

    /// Takes in what the thread has found since, and asks it to look again.
    pub(super) fn catch_up(&mut self) {
        self.take_reports();
        self.recorder.look_again();
    }

    pub(super) fn take_reports(&mut self) {
        for report in self.recorder.reports() {
            self.take(report);
        }
    }

    fn take(&mut self, report: Report) {
        match report {
            Report::Newest(entries) | Report::Older(entries) => {
                let mut all = entries;
                all.append(&mut self.entries);
                self.entries = newest_of_each(all, self.limit);
            }
            Report::Others(entries) => {
                self.others.extend(entries);
                let others = std::mem::take(&mut self.others);
                self.others = newest_of_each(others, self.limit);
            }
            Report::Failed(why) => self.failure = Some(why),
        }
    }

    /// Why the history is not read or kept, once.
    pub(super) fn take_failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    pub(super) fn keeps_nothing(&self) -> bool {
        self.limit == 0
    }

    /// Adds what is about to run; an older entry of the same text and place goes.
    pub(super) fn add(&mut self, text: &str) {
        let entry = Entry {
            text: text.to_string(),
            place: self.place.clone(),
            time: now(),
            session: self.session,
            folder: self.folder.clone(),
            ..Entry::default()
        };
        self.running = Some(Running {
            number: self.recorder.add(&entry),
            text: entry.text.clone(),
        });
        self.entries
            .retain(|e| e.text != entry.text || e.place.key != entry.place.key);
        self.entries.push(entry);
        if self.entries.len() > self.limit {
            self.entries.remove(0);
        }
    }

    /// Tells how the newest entry ended.
    pub(super) fn end(&mut self, ending: Ending) {
        self.last_outcome = ending.outcome;
        let Some(running) = self.running.take() else {
            return;
        };
        self.recorder.end(running.number, ending);
        let newest = self.entries.last_mut();
        if let Some(entry) = newest.filter(|e| e.text == running.text) {
            entry.ending = ending;
        }
    }

    /// How the newest text ended, also one that is not kept.
    pub(super) fn last_outcome(&self) -> Outcome {
        self.last_outcome
    }

    /// Forgets a text, wherever it ran, on the disk too.
    pub(super) fn forget(&mut self, text: &str) {
        self.recorder.forget(text);
        self.entries.retain(|e| e.text != text);
        self.others.retain(|e| e.text != text);
    }

    /// Waits until everything is on the disk.
    pub(super) fn flush(&self) {
        self.recorder.flush();
    }

    /// Every entry that fits, newest first, each text once.
    pub(super) fn found(&self, query: &Query) -> Vec<&Entry> {
        let mut all: Vec<&Entry> = self.entries.iter().chain(&self.others).collect();
        all.sort_by_key(|e| std::cmp::Reverse(e.time));
        let mut seen = HashSet::new();
        all.retain(|e| query.fits(e) && seen.insert(e.text.as_str()));
        all
    }

    /// The newest entry that begins with `text` and goes on: of this place before others, and what
    /// did not fail before what did.
    pub(super) fn newest_with_prefix(&self, text: &str) -> Option<&str> {
        let longer = |e: &&Entry| e.text.len() > text.len() && e.text.starts_with(text);
        let newest_first = self.entries.iter().rev().chain(self.others.iter().rev());
        let worth = |e: &Entry| {
            let failed = e.ending.outcome == Outcome::Failed;
            (!failed, e.place.key == self.place.key)
        };
        let mut best: Option<&Entry> = None;
        for entry in newest_first.filter(longer) {
            if best.is_none_or(|b| worth(entry) > worth(b)) {
                best = Some(entry);
            }
            if worth(entry) == (true, true) {
                break;
            }
        }
        best.map(|e| e.text.as_str())
    }

    /// The entry so many places back among those that begin with `text` and are another, each text
    /// once.
    pub(super) fn back(&self, text: &str, places: usize) -> Option<&str> {
        let mut seen = HashSet::new();
        let entries = self.newest_first();
        let mut fitting = entries.filter(|e| e.starts_with(text) && *e != text && seen.insert(*e));
        fitting.nth(places.checked_sub(1)?)
    }

    /// What was run in this session, and before it.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().rev().map(|e| e.text.as_str())
    }

    /// The text that was run last.
    pub(super) fn newest(&self) -> Option<&str> {
        self.entries.last().map(|e| e.text.as_str())
    }

    fn matching(&self, query: &SearchQuery) -> Vec<HistoryItem> {
        let (start, end) = (query.start_id.map(|i| i.0), query.end_id.map(|i| i.0));
        let limit = query
            .limit
            .map_or(usize::MAX, |l| usize::try_from(l).unwrap_or(0));
        let wanted = |(index, entry): &(usize, &Entry)| {
            let id = *index as i64;
            // Both ends are excluded; which of them is the lower one depends on the direction.
            let (low, high) = match query.direction {
                SearchDirection::Backward => (end, start),
                SearchDirection::Forward => (start, end),
            };
            low.is_none_or(|l| id > l)
                && high.is_none_or(|h| id < h)
                && fits(&entry.text, &query.filter)
                && !self.entries[index + 1..]
                    .iter()
                    .any(|e| e.text == entry.text)
        };
        let item = |(index, entry): (usize, &Entry)| HistoryItem {
            id: Some(HistoryItemId::new(index as i64)),
            ..HistoryItem::from_command_line(entry.text.as_str())
        };
        let all = self.entries.iter().enumerate();
        match query.direction {
            SearchDirection::Backward => all.rev().filter(wanted).take(limit).map(item).collect(),
            SearchDirection::Forward => all.filter(wanted).take(limit).map(item).collect(),
        }
    }
}

/// The newest entry of each text and place, oldest first.
fn newest_of_each(entries: Vec<Entry>, limit: usize) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let mut kept: Vec<Entry> = entries
        .into_iter()
        .rev()
        .filter(|e| seen.insert((e.text.clone(), e.place.key.clone())))
        .take(limit)
        .collect();
    kept.reverse();
    kept
}

/// What Up walks must begin exactly as typed.
fn fits(text: &str, filter: &SearchFilter) -> bool {
    match &filter.command_line {
        None => true,
        Some(CommandLineSearch::Prefix(p)) => text.starts_with(p),
        Some(CommandLineSearch::Exact(p)) => text == p,
        Some(CommandLineSearch::Substring(p)) => text.to_lowercase().contains(&p.to_lowercase()),
    }
}

impl State {
    /// Keeps a text that is sent, without the secrets in it.
    pub(super) fn remember(&mut self, text: &str) {
        let text = text.trim_end();
        let ignored = fits_statement(&self.past.ignore, text);
        if self.past.entries.keeps_nothing() || self.past.private || ignored || text.is_empty() {
            return;
        }
        let hidden = redacted(text, self.buffer.dialect);
        self.past.entries.add(hidden.as_deref().unwrap_or(text));
    }
}

/// The history as reedline sees it.
pub(super) struct SqlHistory(pub(super) Shared);

fn unsupported(feature: &'static str) -> ReedlineError {
    ReedlineError(ReedlineErrorVariants::HistoryFeatureUnsupported {
        history: "sqwire",
        feature,
    })
}

impl History for SqlHistory {
    fn save(&mut self, item: HistoryItem) -> reedline::Result<HistoryItem> {
        self.0.lock().remember(&item.command_line);
        Ok(item)
    }

    fn load(&self, id: HistoryItemId) -> reedline::Result<HistoryItem> {
        let state = self.0.lock();
        let found = usize::try_from(id.0)
            .ok()
            .and_then(|i| state.past.entries.entries.get(i));
        match found {
            Some(entry) => Ok(HistoryItem::from_command_line(entry.text.as_str())),
            None => Err(ReedlineError(ReedlineErrorVariants::OtherHistoryError(
                "there is no such entry",
            ))),
        }
    }

    fn count(&self, query: SearchQuery) -> reedline::Result<i64> {
        Ok(self.0.lock().past.entries.matching(&query).len() as i64)
    }

    fn search(&self, query: SearchQuery) -> reedline::Result<Vec<HistoryItem>> {
        let mut state = self.0.lock();
        // Where the disk is slow the entries come behind the prompt. In the middle of a walk none
        // may come: reedline knows entries by their places.
        if query.start_id.is_none() {
            state.past.entries.take_reports();
        }
        Ok(state.past.entries.matching(&query))
    }

    fn update(
        &mut self,
        _: HistoryItemId,
        _: &dyn Fn(HistoryItem) -> HistoryItem,
    ) -> reedline::Result<()> {
        Err(unsupported("updating entries"))
    }

    fn clear(&mut self) -> reedline::Result<()> {
        Err(unsupported("clearing"))
    }

    fn delete(&mut self, _: HistoryItemId) -> reedline::Result<()> {
        Err(unsupported("deleting entries"))
    }

    fn sync(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn session(&self) -> Option<HistorySessionId> {
        None
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::state::tests::state;
    use super::*;

    /// Entries that are in memory only.
    pub(crate) fn entries(limit: usize) -> Entries {
        Entries::open(None, limit)
    }

    fn at(key: &str) -> Place {
        Place {
            key: key.into(),
            ..Place::default()
        }
    }

    fn texts<'a>(found: impl IntoIterator<Item = &'a Entry>) -> Vec<&'a str> {
        found.into_iter().map(|e| e.text.as_str()).collect()
    }

    #[test]
    fn each_text_is_there_once_a_place_and_the_oldest_go() {
        let mut history = entries(3);
        for (place, text) in [("a", "1"), ("a", "2"), ("b", "1"), ("a", "1"), ("a", "3")] {
            history.place = at(place);
            history.add(text);
        }
        let kept: Vec<(&str, &str)> = history
            .entries
            .iter()
            .map(|e| (e.place.key.as_str(), e.text.as_str()))
            .collect();
        assert_eq!(kept, [("b", "1"), ("a", "1"), ("a", "3")]);
    }

    #[test]
    fn what_this_database_has_is_suggested_first() {
        let mut history = entries(10);
        for (place, text) in [("a", "select 1;"), ("b", "select 2;"), ("b", "drop x;")] {
            history.place = at(place);
            history.add(text);
        }
        history.place = at("a");
        for (typed, expected) in [
            ("sel", Some("select 1;")),
            ("select 2", Some("select 2;")),
            ("dr", Some("drop x;")),
            ("select 1;", None),
        ] {
            assert_eq!(history.newest_with_prefix(typed), expected, "{typed}");
        }
    }

    #[test]
    fn the_history_is_walked_in_both_directions_each_text_once() {
        let mut history = entries(100);
        for (place, text) in [("a", "a1"), ("a", "B2"), ("b", "a3"), ("b", "a1")] {
            history.place = at(place);
            history.add(text);
        }
        let search = |direction, start: Option<i64>, line| {
            let mut query = SearchQuery::everything(direction, None);
            query.start_id = start.map(HistoryItemId::new);
            query.filter.command_line = line;
            let items = history.matching(&query);
            items
                .into_iter()
                .map(|i| i.command_line)
                .collect::<Vec<_>>()
        };
        use CommandLineSearch as C;
        use SearchDirection::{Backward, Forward};
        assert_eq!(search(Backward, None, None), ["a1", "a3", "B2"]);
        assert_eq!(search(Backward, Some(2), None), ["B2"]);
        assert_eq!(search(Forward, Some(1), None), ["a3", "a1"]);
        assert_eq!(
            search(Backward, None, Some(C::Prefix("a".into()))),
            ["a1", "a3"]
        );
        assert_eq!(
            search(Backward, None, Some(C::Substring("b".into()))),
            ["B2"]
        );
    }

    #[test]
    fn how_a_text_ended_is_found_with_it() {
        let mut history = entries(10);
        history.add("select 1;");
        let ending = Ending {
            outcome: Outcome::Done,
            ..Ending::default()
        };
        history.end(ending);
        history.add("select 2;");
        let done = Query {
            outcome: Some(Outcome::Done),
            ..Query::of("")
        };
        assert_eq!(texts(history.found(&done)), ["select 1;"]);
        assert_eq!(texts(history.found(&Query::of("SEL 2"))), ["select 2;"]);
        history.forget("select 2;");
        assert!(history.found(&Query::of("2")).is_empty());
    }

    #[test]
    fn what_others_typed_is_searched_and_not_walked() {
        let mut history = entries(10);
        history.add("mine");
        let other = Entry {
            text: "other".into(),
            time: now() + 1000,
            ..Entry::default()
        };
        history.take(Report::Others(vec![other]));
        assert_eq!(texts(history.found(&Query::default())), ["other", "mine"]);
        let query = SearchQuery::everything(SearchDirection::Backward, None);
        assert_eq!(history.matching(&query).len(), 1);
        assert_eq!(history.newest_with_prefix("oth"), Some("other"));
    }

    #[test]
    fn a_secret_is_kept_hidden_and_a_private_line_not_at_all() {
        let mut state = state();
        state.remember("alter role a password 'hunter2';");
        assert_eq!(
            state.past.entries.newest(),
            Some("alter role a password <hidden>;")
        );
        state.past.private = true;
        state.remember("select 1;");
        assert_eq!(state.past.entries.entries.len(), 1);
    }
}
