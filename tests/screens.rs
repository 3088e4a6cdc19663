//! The pictures of the README: the real program in a terminal, on its sample database.
//!
//! `UPDATE_EXPECT=1 tests/run screens` draws them anew into `docs/`. Without it the steps that lead to
//! each are walked: a picture is not old because a candidate has come before another.

use crate::pty::{CTRL_R, DOWN, ENTER, Start, Terminal, home};
use crate::svg::{Paper, picture};
use std::path::Path;

/// One picture.
struct Shot {
    /// Its file in `docs/`.
    name: &'static str,
    theme: &'static str,
    /// Rows and columns.
    size: (u16, u16),
    /// What happened in earlier sessions.
    before: fn(&Path),
    /// Keys, and a text that is on the screen when they have done what they do.
    steps: &'static [(&'static str, &'static str)],
}

const PLAIN: Shot = Shot {
    name: "",
    theme: "sqwire-dark",
    size: (24, 96),
    before: |_| {},
    steps: &[],
};

const SHOTS: &[Shot] = &[
    Shot {
        name: "menu",
        size: (16, 96),
        steps: &[
            (
                "select o.status, count(*) from orders o join customers c on c.id = o.customer_id\rwhere o.",
                "ordered_at",
            ),
            (DOWN, " orders."),
        ],
        ..PLAIN
    },
    Shot {
        name: "error",
        size: (15, 96),
        steps: &[(
            "select c.nme, count(*)\rfrom customers c join orders o on o.customer_id = c.id\rgroup by c.name;\r",
            "Did you mean",
        )],
        ..PLAIN
    },
    Shot {
        name: "history",
        size: (20, 96),
        before: past,
        steps: &[(CTRL_R, "search:"), ("orders", "in this"), (DOWN, "")],
        ..PLAIN
    },
    Shot {
        name: "theme-forest",
        theme: "sqwire-forest",
        steps: COLOURS,
        size: (24, 96),
        ..PLAIN
    },
    Shot {
        name: "theme-paper",
        theme: "sqwire-paper",
        steps: COLOURS,
        size: (24, 96),
        ..PLAIN
    },
    Shot {
        name: "show",
        size: (54, 112),
        steps: &[("/show orders\r", "Definition")],
        ..PLAIN
    },
    Shot {
        name: "map",
        size: (20, 96),
        steps: &[("/map\r", "order_items")],
        ..PLAIN
    },
    Shot {
        name: "explain",
        size: (14, 104),
        steps: &[(
            "/explain select c.country, count(*) from orders o join customers c on c.id = o.customer_id group by 1 order by 2 desc;\r",
            "SCAN",
        )],
        ..PLAIN
    },
    Shot {
        name: "chart",
        size: (18, 96),
        steps: &[(
            "/chart bars select category, sum(stock) as stock from products group by 1 order by 2 desc;\r",
            "█",
        )],
        ..PLAIN
    },
];

/// What shows most of a theme's colours.
const COLOURS: &[(&str, &str)] = &[
    (
        "select name, price, weight_kg, description from products -- NULL is not a text\rwhere price > 20 order by price limit 4;\r",
        "(4 rows)",
    ),
    ("", "F2 menu on"),
    (
        "with best as (select customer, sum(total) from order_totals group by 1)\rselect upper(c.name), 'lives in ' || c.city, null\rfrom customers c join best b on b.customer = c.name where c.",
        "country",
    ),
];

/// A few statements, at times that do not change.
fn past(home: &Path) {
    let terminal = start(home, (24, 200), "sqwire-dark");
    for text in [
        "select count(*) from customers;",
        "select status, count(*) from orders group by status order by 2 desc;",
        "update orders set note = 'call back' where id = 17;",
        "select * from ordres;",
        "select c.name, sum(t.total) as spent from customers c join orders o on o.customer_id = c.id join order_totals t on t.order_id = o.id group by 1 order by 2 desc limit 5;",
        "select id, ordered_at from orders where shipped_at is null;",
    ] {
        run(&terminal, text);
    }
    assert_eq!(terminal.leave(), 0);
    let file = rusqlite::Connection::open(home.join(".local/state/sqwire/history.db")).unwrap();
    file.execute(
        "update entries set time = 1772547300000 + id * 86400000, took = id * 700, folder = '/src/shop'",
        [],
    )
    .unwrap();
}

fn run(terminal: &Terminal, text: &str) {
    terminal.send(text).shows(text).send(ENTER);
    terminal.waits_for_prompt();
}

fn start(home: &Path, (rows, columns): (u16, u16), theme: &str) -> Terminal {
    let settings = format!("demo -P theme={theme}");
    let terminal = Start::sqwire(home, &settings)
        .env("COLORTERM", "truecolor")
        .env("PAGER", "cat")
        .env("TZ", "UTC")
        .size(rows, columns)
        .go();
    terminal.shows("=>");
    terminal
}

/// Walks the steps of one picture, and draws it to its file where that is wanted.
fn draw(shot: &Shot, update: bool) {
    let home = home();
    (shot.before)(home.path());
    let terminal = start(home.path(), shot.size, shot.theme);
    for (keys, shown) in shot.steps {
        terminal.send(keys).shows(shown);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("docs").join(format!("{}.svg", shot.name));
    if update {
        terminal.is_still();
        let theme = root.join(format!("themes/{}.tmTheme", shot.theme));
        let paper = Paper::of(&std::fs::read_to_string(theme).unwrap());
        let drawn = terminal.on_screen(|screen| picture(screen, "sqwire demo", &paper));
        std::fs::write(&file, drawn).unwrap();
    }
    assert!(file.exists(), "{} is missing", file.display());
}

#[test]
fn the_pictures_of_the_readme_can_be_drawn() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    std::thread::scope(|scope| {
        for shot in SHOTS {
            scope.spawn(move || draw(shot, update));
        }
    });
}
