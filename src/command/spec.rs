//! The shape of a command: names, argument kinds, help. Pure, so that the completer can read it.

/// What an argument is, so that Tab can offer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgKind {
    /// A relation, maybe with its schema; patterns allowed.
    Relation,
    View,
    MaterializedView,
    Sequence,
    Index,
    /// A type that somebody has made.
    Type,
    Role,
    Schema,
    Function,
    /// The name or pattern of something that Tab does not know.
    Other,
    Database,
    Path,
    /// A path, or `|` and a command to the end of the line; options in parentheses before it.
    Place,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// The name of a backslash command.
    Command,
    /// The name of a setting.
    Setting,
    /// What the setting before it takes.
    Value,
    Theme,
    /// A word of the SQL grammar (`\h`).
    Keyword,
    /// The name of a favourite.
    Favourite,
    /// A type, whoever made it.
    AnyType,
    /// Types, any number of them.
    Types,
    Extension,
    /// What statements call by these words: `TEXT SEARCH PARSER`.
    Object(&'static str),
    /// A setting of the server.
    ServerSetting,
    Collation,
    Encoding,
    /// A variable of the client.
    Variable,
    /// What the variable before it takes.
    VariableValue,
    /// A prepared statement.
    Prepared,
    /// A column of the statement's result.
    Output,
    /// What is true or false, to the end of the line.
    Condition,
    /// A few words, any number of them.
    Options(&'static [&'static str]),
    /// A statement, to the end of the line; some of these words can stand before it.
    Query(&'static [&'static str]),
    /// `TABLE-or-(QUERY) from|to PLACE [OPTIONS]`, to the end of the line.
    Copy(&'static CopyWords),
    /// A word that Tab knows nothing about.
    Text,
    /// A word that is taken as it stands: no variable, no back quotes.
    Raw,
    /// As many words as there are.
    Words,
    /// Everything to the end of the line, as it stands.
    Rest,
}

/// The words of a command that copies.
#[derive(Debug, PartialEq, Eq)]
pub struct CopyWords {
    /// What can stand behind `from` in place of a file; none where it copies only `to`.
    pub from: &'static [&'static str],
    pub to: &'static [&'static str],
    /// What can stand behind the place; none where that is as in COPY.
    pub options: &'static [&'static str],
}

/// One argument of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// Shown in the help, in capitals: `NAME`.
    pub name: &'static str,
    pub kind: ArgKind,
    pub required: bool,
}

impl Arg {
    pub const fn required(name: &'static str, kind: ArgKind) -> Arg {
        let required = true;
        Arg {
            name,
            kind,
            required,
        }
    }

    pub const fn optional(name: &'static str, kind: ArgKind) -> Arg {
        let required = false;
        Arg {
            name,
            kind,
            required,
        }
    }
}

/// Where the help lists a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    General,
    Conditional,
    Buffer,
    Output,
    Describe,
    Connection,
    System,
    /// sqlite3's own, on SQLite.
    Sqlite,
    /// mysql's own, under `sqwire my`.
    Mysql,
}

impl Section {
    pub const ALL: [Section; 8] = [
        Section::General,
        Section::Conditional,
        Section::Buffer,
        Section::Output,
        Section::Describe,
        Section::Connection,
        Section::System,
        Section::Sqlite,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Section::General => "General",
            Section::Conditional => "Conditional",
            Section::Buffer => "Query buffer",
            Section::Output => "Output",
            Section::Describe => "What is there",
            Section::Connection => "Connection",
            Section::System => "Operating system",
            Section::Sqlite => "As in sqlite3",
            Section::Mysql => "Commands of mysql",
        }
    }
}

/// One command. The first name is the one that help shows; the others are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// With their backslash: `\dt`.
    pub names: &'static [&'static str],
    pub args: &'static [Arg],
    pub section: Section,
    /// One line, lower case, no full stop.
    pub help: &'static str,
}

impl Spec {
    /// Whether the number of words does not matter.
    pub fn takes_rest(&self) -> bool {
        let several = |kind| {
            matches!(
                kind,
                ArgKind::Words
                    | ArgKind::Place
                    | ArgKind::Options(_)
                    | ArgKind::Types
                    | ArgKind::VariableValue
            )
        };
        self.takes_line() || self.args.iter().any(|a| several(a.kind))
    }

    /// Whether nothing is filled in.
    pub fn takes_raw(&self) -> bool {
        self.args.iter().any(|a| a.kind == ArgKind::Raw)
    }

    /// Whether the rest of the line is one argument, as it stands.
    pub fn takes_line(&self) -> bool {
        let line = |kind| {
            matches!(
                kind,
                ArgKind::Rest | ArgKind::Condition | ArgKind::Query(_) | ArgKind::Copy(_)
            )
        };
        self.args.iter().any(|a| line(a.kind))
    }

    /// Whether it takes a file or a program, and nothing else.
    pub fn takes_place(&self) -> bool {
        matches!(self.args, [only] if only.kind == ArgKind::Place)
    }

    /// `\d [NAME]`
    pub fn synopsis(&self) -> String {
        let mut out = match (self.section, self.names) {
            (Section::Mysql, [name, short]) => format!("{name}, {short}"),
            _ => self.names[0].to_string(),
        };
        for arg in self.args.iter().filter(|arg| !arg.name.is_empty()) {
            out.push(' ');
            out.push_str(&if arg.required {
                arg.name.to_string()
            } else {
                format!("[{}]", arg.name)
            });
        }
        out
    }
}
