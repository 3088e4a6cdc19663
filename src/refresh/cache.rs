//! The catalog of each database on the disk, so that the next start completes at once.
//!
//! A file holds names, types, defaults and comments, never a password or a connection string; it is
//! the user's alone. What cannot be read, is damaged, or is of another version is as good as absent.

use crate::catalog::{Catalog, binary};
use crate::driver::Status;
use crate::files;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A bigger file is neither written nor read.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// Databases whose catalogs are kept; those used longest ago make way.
const MOST_FILES: usize = 50;

/// The file of a database; `None` for one that ends with its connection.
pub fn path(driver: &str, status: &Status) -> Option<PathBuf> {
    path_in(&dirs::cache_dir()?, driver, status)
}

fn path_in(folder: &Path, driver: &str, status: &Status) -> Option<PathBuf> {
    if status.database.is_empty() || status.database == ":memory:" {
        return None;
    }
    let host = match driver {
        "sqlite" => std::fs::canonicalize(&status.host).ok()?,
        _ => PathBuf::from(&status.host),
    };
    let port = status.port.unwrap_or(0).to_string();
    let host = host.to_string_lossy();
    let key = [driver, &host, &port, &status.database, &status.user].join("\n");
    // FNV-1a: the same in every version of the program.
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folder = folder.join("sqwire").join("catalog");
    Some(folder.join(format!("{driver}-{hash:016x}")))
}

/// The catalog that was kept.
pub(super) fn load(path: &Path) -> Option<Catalog> {
    let mut file = File::open(path).ok()?;
    let len = file.metadata().ok()?.len();
    if len > MOST_BYTES {
        return None;
    }
    // The time of the file says when it was last of use.
    let _ = file.set_modified(SystemTime::now());
    binary::read(&mut file, len)
}

/// Keeps the catalog: the file is replaced at once or not at all.
pub(super) fn store(path: &Path, catalog: &Catalog) -> io::Result<()> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    files::make_folder(path)?;
    let written = files::replace(path, |file| {
        binary::write(catalog, file)?;
        match file.metadata()?.len() > MOST_BYTES {
            true => Err(io::ErrorKind::FileTooLarge.into()),
            false => Ok(()),
        }
    });
    make_room(folder);
    written
}

/// Removes the files that were of use longest ago, when there are too many.
fn make_room(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter_map(|e| Some((e.metadata().ok()?.modified().ok()?, e.path())))
        .collect();
    files.sort();
    let many = files.len().saturating_sub(MOST_FILES);
    for (_, path) in files.into_iter().take(many) {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture;
    use std::os::unix::fs::PermissionsExt;

    fn status(database: &str) -> Status {
        Status {
            user: "alice".into(),
            database: database.into(),
            host: "db.example".into(),
            port: Some(5432),
            ..Status::default()
        }
    }

    #[test]
    fn what_was_kept_comes_back_and_the_file_is_the_users_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = path_in(home.path(), "postgres", &status("shop")).unwrap();
        assert!(load(&path).is_none());
        store(&path, &fixture::shop("postgres")).unwrap();
        store(&path, &fixture::shop("postgres")).unwrap();
        assert!(load(&path).unwrap().relations().any(|r| r.name == "users"));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
        std::fs::write(&path, b"nonsense").unwrap();
        assert!(load(&path).is_none());
    }

    #[test]
    fn each_database_has_a_file_of_its_own_unless_it_ends_with_its_connection() {
        let home = Path::new("/x");
        let name = |driver: &str, status: &Status| path_in(home, driver, status);
        let shop = status("shop");
        let others = [
            status("other"),
            Status {
                user: "bob".into(),
                ..shop.clone()
            },
            Status {
                port: None,
                ..shop.clone()
            },
            Status {
                host: "x".into(),
                ..shop.clone()
            },
        ];
        for other in &others {
            assert_ne!(name("postgres", other), name("postgres", &shop));
        }
        assert_ne!(name("mysql", &shop), name("postgres", &shop));
        assert_eq!(name("sqlite", &status(":memory:")), None);
        assert_eq!(name("mysql", &status("")), None);
        let file = name("postgres", &shop).unwrap();
        assert!(!file.to_string_lossy().contains("alice"));
    }

    #[test]
    fn the_number_of_files_is_bounded() {
        let home = tempfile::tempdir().unwrap();
        for n in 0..MOST_FILES + 5 {
            let path = path_in(home.path(), "postgres", &status(&n.to_string())).unwrap();
            store(&path, &Catalog::empty(&crate::sql::dialect::POSTGRES)).unwrap();
        }
        let folder = home.path().join("sqwire/catalog");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), MOST_FILES);
    }
}
