use super::*;
use std::ffi::OsString;

#[test]
fn the_spellings_of_mysql_are_understood() {
    let command = crate::cli::args::definition();
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
        (
            "--tab --skip-col --loose-vert",
            "--table --skip-column-names --vertical",
        ),
        (
            "--skip-line-n --disable-tab --enable-for",
            "--skip-line-numbers --force",
        ),
        ("--ver --nobody=1 --loose-nobody", "--ver --nobody=1"),
    ] {
        let words = ["sqwire", "my", "--no-defaults"]
            .into_iter()
            .chain(given.split(' '));
        let canonical = canonical(words.map(OsString::from).collect(), &command);
        let shown: Vec<&str> = canonical[3..].iter().filter_map(|a| a.to_str()).collect();
        assert_eq!(shown.join(" "), expected, "{given}");
    }
}
