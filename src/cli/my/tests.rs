use super::*;

#[test]
fn the_spellings_of_mysql_are_understood() {
    for (given, expected) in [
        ("-psecret -p", "--password=secret -p"),
        ("--skip_column_names", "--skip-column-names"),
        ("--column-names=0", "--skip-column-names"),
        ("--skip-column-names --column-names=1", "--column-names"),
        ("--force --disable-force", ""),
        ("--enable-raw --raw=off", ""),
        ("--init_command=a_b=1", "--init-command=a_b=1"),
        ("--skip-auto-rehash -e --x", "-e --x"),
        ("-- --raw=0 -px", "-- --raw=0 -px"),
        ("-Ne --a_b=0 --raw=1", "-Ne --a_b=0 --raw"),
    ] {
        let words = ["sqwire", "my"].into_iter().chain(given.split(' '));
        let canonical = canonical(words.map(OsString::from).collect());
        let shown: Vec<&str> = canonical[2..].iter().filter_map(|a| a.to_str()).collect();
        assert_eq!(shown.join(" "), expected, "{given}");
    }
}
