use super::super::Recorder;
use super::*;
use std::os::unix::fs::PermissionsExt;

fn typed(text: &str, session: i64) -> Entry {
    Entry {
        text: text.into(),
        time: 1000,
        session,
        ..Entry::default()
    }
}

fn texts(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|e| e.text.as_str()).collect()
}

fn kept(path: &Path) -> Vec<Entry> {
    entries(path, &Query::default()).expect("a history")
}

#[test]
fn sessions_side_by_side_write_one_file_that_only_the_user_can_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new").join("history.db");
    let mut one = Recorder::open(Some(path.clone()), 100, 1);
    let mut two = Recorder::open(Some(path.clone()), 100, 2);
    assert!(matches!(one.first(), Some(Report::Newest(e)) if e.is_empty()));
    let first = one.add(&typed("select 1;", 1));
    two.add(&typed("select\n2;", 2));
    two.flush();
    let ending = Ending {
        outcome: Outcome::Failed,
        took: Some(Duration::from_millis(1234)),
        rows: Some(7),
    };
    one.end(first, ending);
    one.look_again();
    one.flush();
    let reports = one.reports();
    let [Report::Others(others)] = &reports[..] else {
        panic!("{} reports", reports.len());
    };
    assert_eq!(texts(others), ["select\n2;"]);
    let all = kept(&path);
    let found = all.iter().find(|e| e.session == 1);
    assert_eq!(found.map(|e| e.ending), Some(ending));
    assert_eq!(all.len(), 2);
    let mode = |p: &Path| p.metadata().map(|m| m.permissions().mode() & 0o777).ok();
    assert_eq!(mode(&path), Some(0o600));
    assert_eq!(mode(&path.with_extension("db-wal")), Some(0o600));
    assert_eq!(path.parent().and_then(mode), Some(0o700));
}

#[test]
fn the_newest_come_first_the_older_ones_later_and_the_oldest_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let many: Vec<Entry> = (0..1000)
        .map(|n| Entry {
            time: n,
            ..typed(&format!("select {n}"), 1)
        })
        .collect();
    assert_eq!(import(&path, &many).expect("an import"), 1000);
    assert_eq!(import(&path, &many).expect("an import"), 0);
    let recorder = Recorder::open(Some(path.clone()), 700, 2);
    let Some(Report::Newest(newest)) = recorder.first() else {
        panic!("no entries");
    };
    assert_eq!((newest.len(), texts(&newest)[499]), (500, "select 999"));
    recorder.flush();
    let reports = recorder.reports();
    let [Report::Older(older)] = &reports[..] else {
        panic!("{} reports", reports.len());
    };
    assert_eq!((older.len(), texts(older)[0]), (200, "select 300"));
    assert_eq!(kept(&path).len(), 700);
    recorder.forget("select 999");
    recorder.flush();
    assert_eq!(kept(&path).len(), 699);
}

#[test]
fn a_history_in_text_is_taken_over_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "select 1;\nselect\\n2;\n";
    let beside = folder.path().join("history");
    std::fs::write(&beside, text).expect("a file");
    let path = folder.path().join("history.db");
    for _ in 0..2 {
        let open = Recorder::open(Some(path.clone()), 100, 1);
        open.flush();
        assert_eq!(texts(&kept(&path)), ["select 1;", "select\n2;"]);
    }
    let named = folder.path().join("mine");
    std::fs::write(&named, text).expect("a file");
    assert_eq!(
        import(&named, &[typed("select 3;", 0)]).expect("an import"),
        1
    );
    assert_eq!(kept(&named).len(), 3);
    let aside = folder.path().join("mine.text");
    assert_eq!(std::fs::read_to_string(aside).expect("a file"), text);
}

#[test]
fn a_file_of_before_keeps_its_entries_and_older_sessions_go_on_writing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let old = Connection::open(&path).expect("a file");
    old.execute_batch(&format!("{SCHEMA} pragma user_version = 1;"))
        .expect("the schema of before");
    let mut write = old
        .prepare(
            "insert into entries (text, place, database, user, time, outcome, session) \
             values (?, '', '', '', 1, 1, 1)",
        )
        .expect("a statement");
    write.execute(["select 1"]).expect("a row");
    // Several at once bring it up to date.
    let sessions: Vec<_> = (2..8)
        .map(|session| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut recorder = Recorder::open(Some(path), 100, session);
                recorder.add(&Entry {
                    folder: "/src/shop".into(),
                    ..typed(&format!("select {session}"), session)
                });
                recorder.flush();
            })
        })
        .collect();
    sessions
        .into_iter()
        .for_each(|s| s.join().expect("no panic"));
    write
        .execute(["select 9"])
        .expect("a row of the old session");
    let all = kept(&path);
    assert_eq!((all.len(), all[0].text.as_str()), (8, "select 1"));
    assert_eq!(all[7].text, "select 9");
    assert!(all[7].folder.is_empty());
    let here = Query {
        folder: Some("/src/shop".into()),
        ..Query::default()
    };
    assert_eq!(entries(&path, &here).expect("a history").len(), 6);
    // What an older session takes back is set again.
    old.execute_batch("pragma user_version = 1")
        .expect("a pragma");
    assert_eq!(kept(&path).len(), 8);
    let version = |c: &Connection| c.query_row("pragma user_version", [], |row| row.get(0));
    assert_eq!(version(&old), Ok(VERSION));
}

#[test]
fn a_file_that_cannot_be_used_is_said_once_and_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut recorder = Recorder::open(Some(folder.path().to_path_buf()), 100, 1);
    let first = recorder.first();
    assert!(matches!(first, Some(Report::Failed(_))));
    recorder.add(&typed("select 1;", 1));
    recorder.flush();
    assert!(recorder.reports().is_empty());
}

#[test]
fn what_could_not_be_written_is_written_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.db");
    let mut recorder = Recorder::open(Some(path.clone()), 100, 1);
    recorder.flush();
    let other = Connection::open(&path).expect("the file");
    let run = |sql: &str| other.execute_batch(sql).expect("a statement");
    run("alter table entries rename to away");
    let number = recorder.add(&typed("select 1;", 1));
    let ending = Ending {
        outcome: Outcome::Done,
        ..Ending::default()
    };
    recorder.end(number, ending);
    recorder.flush();
    recorder.add(&typed("select 2;", 1));
    recorder.flush();
    let told = recorder.reports();
    let told = told.iter().filter(|r| matches!(r, Report::Failed(_)));
    assert_eq!(told.count(), 1);
    run("alter table away rename to entries");
    recorder.add(&typed("select 3;", 1));
    recorder.flush();
    let all = kept(&path);
    assert_eq!(texts(&all), ["select 1;", "select 2;", "select 3;"]);
    assert_eq!(all[0].ending, ending);
    // And at the end at the latest.
    run("alter table entries rename to away");
    recorder.add(&typed("select 4;", 1));
    recorder.flush();
    run("alter table away rename to entries");
    drop(recorder);
    assert_eq!(kept(&path).len(), 4);
}
