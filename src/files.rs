//! Files that sqwire writes: for the user alone, and whole or not at all.

use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Makes the folder of a file where there is none, for the user alone.
pub fn make_folder(of: &Path) -> io::Result<()> {
    match of.parent().filter(|f| !f.as_os_str().is_empty()) {
        Some(folder) => DirBuilder::new().recursive(true).mode(0o700).create(folder),
        None => Ok(()),
    }
}

/// Opens a file for appending. It is for the user alone, also where it was not before; what is no file,
/// such as `/dev/null`, is not the user's to keep.
pub fn append(path: &Path) -> io::Result<File> {
    let file = File::options()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    let there = file.metadata()?;
    if there.is_file() && there.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Replaces a file by what `write` writes, at once; where that fails the old one stays. What is there
/// and is no file, such as a pipe or a terminal, is written to.
pub fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let is_file = std::fs::metadata(path).map_or(true, |there| there.is_file());
    if !is_file {
        return write(&mut File::options().write(true).open(path)?);
    }
    let mut fresh = Fresh::beside(path)?;
    write(fresh.file.as_file_mut())?;
    fresh.put()
}

/// The same with the bytes at hand.
pub fn replace_with(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, |file| file.write_all(bytes))
}

/// An empty file that is to replace another; it is gone where it does not.
#[derive(Debug)]
pub struct Fresh {
    file: NamedTempFile,
    /// Where it belongs.
    place: PathBuf,
}

impl Fresh {
    /// In the same folder, which must be there. A link to the other stays one.
    pub fn beside(path: &Path) -> io::Result<Fresh> {
        let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let folder = place.parent().filter(|f| !f.as_os_str().is_empty());
        let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        Ok(Fresh { file, place })
    }

    /// Where it is until then.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it into its place. The permissions are those of the old file, if there is one.
    pub fn put(self) -> io::Result<()> {
        if let Ok(old) = std::fs::metadata(&self.place) {
            self.file.as_file().set_permissions(old.permissions())?;
        }
        self.file.persist(&self.place)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().expect("it is there").permissions().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder").flatten();
        let names = entries.map(|e| e.file_name().to_string_lossy().into_owned());
        names.collect()
    }

    #[test]
    fn what_is_new_is_for_the_user_alone_and_what_is_there_keeps_its_permissions() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b/file");
        make_folder(&path).expect("folders");
        make_folder(&path).expect("the same again");
        assert_eq!(mode(&folder.path().join("a")), 0o700);
        replace_with(&path, b"one").expect("a file");
        assert_eq!(mode(&path), 0o600);
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("permissions");
        replace_with(&path, b"two").expect("a file");
        assert_eq!(mode(&path), 0o640);
        let mut log = append(&path).expect("a file");
        log.write_all(b" three").expect("written");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(std::fs::read(&path).expect("read"), b"two three");
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        replace_with(&path, b"old").expect("a file");
        let failed = replace(&path, |file| {
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).expect("read"), b"old");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_link_stays_one_and_what_is_no_file_is_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        replace_with(&file, b"old").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        replace_with(&link, b"new").expect("a file");
        assert_eq!(std::fs::read(&file).expect("read"), b"new");
        assert!(link.is_symlink());
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo").success());
        std::fs::set_permissions(&pipe, Permissions::from_mode(0o622)).expect("permissions");
        for append_to_it in [false, true] {
            let read = std::thread::spawn({
                let pipe = pipe.clone();
                move || std::fs::read(pipe)
            });
            match append_to_it {
                false => replace_with(&pipe, b"through"),
                true => append(&pipe).and_then(|mut pipe| pipe.write_all(b"through")),
            }
            .expect("written");
            assert_eq!(read.join().expect("ended").expect("read"), b"through");
            assert_eq!(mode(&pipe), 0o622);
        }
    }
}
