//! What is in a database, as items with the statements that make and drop them: for `/diff-schema`.
//! From `SHOW CREATE`, whose lines are the columns and keys of a table.

use crate::diff::{Item, Kind};
use crate::driver::{Answer, Desk};
use crate::error::{Error, Result};
use crate::sql::dialect::MYSQL;
use crate::sql::names::quote_always;

/// Each is asked for by itself.
const MOST: usize = 2000;

pub(super) async fn read(desk: &mut dyn Desk) -> Result<Vec<Item>> {
    let listed = desk
        .ask(
            "SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END, TABLE_NAME, '' FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
             UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME, '' FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE') \
             UNION ALL SELECT 'TRIGGER', TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
             UNION ALL SELECT 'EVENT', EVENT_NAME, '' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1, 2",
        )
        .await?;
    if listed.len() > MOST {
        return Err(Error::usage(format!(
            "{} objects are too many to be compared",
            listed.len()
        )));
    }
    let mut items = Vec::new();
    for row in 0..listed.len() {
        let (kind, name) = (listed.text(row, 0), listed.text(row, 1));
        let quoted = quote_always(name, &MYSQL);
        let answer = desk.ask(&format!("SHOW CREATE {kind} {quoted}")).await?;
        match kind {
            "TABLE" => table(&quoted, answer.text(0, 1), &mut items),
            _ => items.push(other(kind, &quoted, listed.text(row, 2), &answer)),
        }
    }
    grants(desk, &mut items).await?;
    column_grants(desk, &mut items).await?;
    Ok(items)
}

/// Who may do what with the database and with its tables.
async fn grants(desk: &mut dyn Desk, items: &mut Vec<Item>) -> Result<()> {
    let granted = "GRANTEE, GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ', '), MAX(IS_GRANTABLE)";
    let answer = desk
        .ask(&format!(
            "SELECT '', {granted} FROM information_schema.SCHEMA_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() GROUP BY GRANTEE \
             UNION ALL SELECT TABLE_NAME, {granted} FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() \
             GROUP BY TABLE_NAME, GRANTEE ORDER BY 1, 2"
        ))
        .await?;
    for row in 0..answer.len() {
        let on = match answer.text(row, 0) {
            "" => "*".to_string(),
            table => quote_always(table, &MYSQL),
        };
        let (account, privileges) = (answer.text(row, 1), answer.text(row, 2));
        let passes = answer.text(row, 3) == "YES";
        let is_table = items.iter().any(|i| i.kind == Kind::Table && i.name == on);
        let (with, without) = match passes {
            true => (
                " WITH GRANT OPTION",
                format!(";\nREVOKE GRANT OPTION ON {on} FROM {account}"),
            ),
            false => ("", String::new()),
        };
        items.push(Item {
            kind: Kind::Grant,
            table: if is_table { on.clone() } else { String::new() },
            name: format!("{on} to {account}"),
            definition: format!("{privileges}{with}"),
            create: format!("GRANT {privileges} ON {on} TO {account}{with}"),
            drop: format!("REVOKE {privileges} ON {on} FROM {account}{without}"),
            alter: Some(|from, to| Some(vec![from.drop.clone(), to.create.clone()])),
            inside: false,
            uses: Vec::new(),
        });
    }
    Ok(())
}

/// Who may do what with columns alone.
async fn column_grants(desk: &mut dyn Desk, items: &mut Vec<Item>) -> Result<()> {
    let answer = desk
        .ask(
            "SELECT TABLE_NAME, GRANTEE, PRIVILEGE_TYPE, GROUP_CONCAT(CONCAT('`', REPLACE(COLUMN_NAME, '`', '``'), '`') ORDER BY COLUMN_NAME SEPARATOR ', ') \
             FROM information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() GROUP BY TABLE_NAME, GRANTEE, PRIVILEGE_TYPE ORDER BY 1, 2, 3",
        )
        .await?;
    for row in 0..answer.len() {
        let on = quote_always(answer.text(row, 0), &MYSQL);
        let (account, may) = (answer.text(row, 1), answer.text(row, 2));
        let columns = answer.text(row, 3);
        let is_table = items.iter().any(|i| i.kind == Kind::Table && i.name == on);
        items.push(Item {
            kind: Kind::Grant,
            table: if is_table { on.clone() } else { String::new() },
            name: format!("{may} of columns of {on} to {account}"),
            definition: columns.to_string(),
            create: format!("GRANT {may} ({columns}) ON {on} TO {account}"),
            drop: format!("REVOKE {may} ({columns}) ON {on} FROM {account}"),
            alter: Some(|from, to| Some(vec![from.drop.clone(), to.create.clone()])),
            inside: false,
            uses: Vec::new(),
        });
    }
    Ok(())
}

/// A statement without who made it and, for what counts, where it stands.
fn plain(sql: &str) -> String {
    let mut out = sql.to_string();
    if let Some(at) = out.find(" DEFINER=") {
        let rest = &out[at + 9..];
        if let Some(end) = rest.find(' ') {
            out.replace_range(at..at + 9 + end, "");
        }
    }
    if let Some(at) = out.find(" AUTO_INCREMENT=") {
        let digits = out[at + 16..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        out.replace_range(at..at + 16 + digits, "");
    }
    out
}

fn other(kind: &str, name: &str, table: &str, answer: &Answer) -> Item {
    let column = match kind {
        "VIEW" | "SEQUENCE" => 1,
        "EVENT" => 3,
        _ => 2,
    };
    let create = plain(answer.text(0, column));
    Item {
        kind: match kind {
            "VIEW" => Kind::View,
            "SEQUENCE" => Kind::Sequence,
            "TRIGGER" => Kind::Trigger,
            _ => Kind::Routine,
        },
        table: match table {
            "" => String::new(),
            table => quote_always(table, &MYSQL),
        },
        name: match kind {
            "FUNCTION" | "PROCEDURE" | "EVENT" => format!("{} {name}", kind.to_lowercase()),
            _ => name.to_string(),
        },
        definition: create.clone(),
        // The statements of a body end with semicolons too.
        create: match create.contains(';') {
            true => format!("DELIMITER ;;\n{create};;\nDELIMITER ;"),
            false => create,
        },
        drop: format!("DROP {kind} {name}"),
        alter: None,
        inside: false,
        uses: Vec::new(),
    }
}

/// A table from the lines of its statement.
fn table(name: &str, statement: &str, items: &mut Vec<Item>) {
    let statement = plain(statement);
    let mut inside = Vec::new();
    let mut foreign = Vec::new();
    let mut lines = statement.lines();
    lines.next();
    let mut options = String::new();
    for line in lines {
        if line.starts_with(')') || !options.is_empty() {
            options.push_str(line.trim_start_matches(')'));
            options.push('\n');
            continue;
        }
        let line = line.trim().trim_end_matches(',');
        let item = part(name, line);
        match item.kind {
            Kind::ForeignKey => foreign.push(item),
            _ => inside.push(item),
        }
    }
    let options = options.trim().to_string();
    let body: Vec<&str> = inside.iter().map(|i| i.definition.as_str()).collect();
    items.push(Item {
        kind: Kind::Table,
        table: String::new(),
        name: name.to_string(),
        create: format!(
            "CREATE TABLE {name} (\n  {}\n) {options}",
            body.join(",\n  ")
        ),
        drop: format!("DROP TABLE {name}"),
        definition: options,
        alter: Some(alter_options),
        inside: false,
        uses: Vec::new(),
    });
    let mut before: Option<String> = None;
    for item in inside.iter_mut().filter(|i| i.kind == Kind::Column) {
        match before.replace(item.name.clone()) {
            Some(before) => item.create.push_str(&format!(" AFTER {before}")),
            None => item.create.push_str(" FIRST"),
        }
    }
    items.extend(inside);
    items.extend(foreign);
}

/// What the new options do not say stays unless it is taken away.
fn alter_options(from: &Item, to: &Item) -> Option<Vec<String>> {
    let lacks = |word: &str| from.definition.contains(word) && !to.definition.contains(word);
    let mut out = Vec::new();
    if lacks("PARTITION BY") {
        out.push(format!("ALTER TABLE {} REMOVE PARTITIONING", to.name));
    }
    let usual = match lacks("COMMENT=") {
        true => "COMMENT='' ",
        false => "",
    };
    out.push(format!("ALTER TABLE {} {usual}{}", to.name, to.definition));
    Some(out)
}

/// The text between the first backticks, with them.
fn quoted_name(line: &str) -> &str {
    let Some(start) = line.find('`') else {
        return "";
    };
    let mut end = start + 1;
    let bytes = line.as_bytes();
    while end < bytes.len() {
        match (bytes[end], bytes.get(end + 1)) {
            (b'`', Some(b'`')) => end += 2,
            (b'`', _) => return &line[start..=end],
            _ => end += 1,
        }
    }
    &line[start..]
}

fn part(table: &str, line: &str) -> Item {
    let name = quoted_name(line);
    let item = |kind, name: &str, add: &str, drop: String| Item {
        kind,
        table: table.to_string(),
        name: name.to_string(),
        definition: line.to_string(),
        create: format!("ALTER TABLE {table} ADD {add}{line}"),
        drop: format!("ALTER TABLE {table} DROP {drop}"),
        alter: None,
        inside: kind != Kind::ForeignKey,
        uses: Vec::new(),
    };
    if line.starts_with('`') {
        let change: crate::diff::Alter = |_, to| {
            Some(vec![format!(
                "ALTER TABLE {} MODIFY COLUMN {}",
                to.table, to.definition
            )])
        };
        return Item {
            alter: Some(change),
            ..item(Kind::Column, name, "COLUMN ", format!("COLUMN {name}"))
        };
    }
    if line.starts_with("PRIMARY KEY") {
        return item(Kind::Key, "PRIMARY KEY", "", "PRIMARY KEY".into());
    }
    match line.starts_with("CONSTRAINT ") {
        true if line.contains(" FOREIGN KEY ") => {
            item(Kind::ForeignKey, name, "", format!("FOREIGN KEY {name}"))
        }
        true => item(Kind::Key, name, "", format!("CONSTRAINT {name}")),
        false => item(Kind::Index, name, "", format!("INDEX {name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_from_its_statement() {
        let mut items = Vec::new();
        table(
            "`t`",
            "CREATE TABLE `t` (\n  `id` int(11) NOT NULL,\n  `a``b` text DEFAULT 'x,',\n  PRIMARY KEY (`id`),\n  \
             KEY `k` (`a``b`(3)),\n  CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `u` (`id`)\n) ENGINE=InnoDB AUTO_INCREMENT=7 COMMENT='x'",
            &mut items,
        );
        let shown: Vec<String> = items
            .iter()
            .map(|i| format!("{} {}: {} / {}", i.kind.word(), i.name, i.create, i.drop))
            .collect();
        assert_eq!(
            shown,
            [
                "table `t`: CREATE TABLE `t` (\n  `id` int(11) NOT NULL,\n  `a``b` text DEFAULT 'x,',\n  PRIMARY KEY (`id`),\n  KEY `k` (`a``b`(3))\n) ENGINE=InnoDB COMMENT='x' / DROP TABLE `t`",
                "column `id`: ALTER TABLE `t` ADD COLUMN `id` int(11) NOT NULL FIRST / ALTER TABLE `t` DROP COLUMN `id`",
                "column `a``b`: ALTER TABLE `t` ADD COLUMN `a``b` text DEFAULT 'x,' AFTER `id` / ALTER TABLE `t` DROP COLUMN `a``b`",
                "constraint PRIMARY KEY: ALTER TABLE `t` ADD PRIMARY KEY (`id`) / ALTER TABLE `t` DROP PRIMARY KEY",
                "index `k`: ALTER TABLE `t` ADD KEY `k` (`a``b`(3)) / ALTER TABLE `t` DROP INDEX `k`",
                "foreign key `f`: ALTER TABLE `t` ADD CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `u` (`id`) / ALTER TABLE `t` DROP FOREIGN KEY `f`",
            ]
        );
    }
}
