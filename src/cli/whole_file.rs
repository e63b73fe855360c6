//! Whole files: whoever reads a report reads all of it, or the one before it, never half of one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Files of this process that were begun; two threads may write one of the same name.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// Writes a file beside its place and moves it there when it is whole. Links are followed; what is no
/// ordinary file, such as a pipe, is written as it stands.
pub(crate) fn write_whole(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Ok(known) if !fs::metadata(&known)?.is_file() => return fs::write(path, bytes),
        Ok(known) => known,
        Err(_) => path.to_owned(),
    };
    // A file that must not be written is not replaced either.
    if path.exists() {
        fs::OpenOptions::new().write(true).open(&path)?;
    }
    let beside = beside(&path);
    let written = fs::write(&beside, bytes).and_then(|()| {
        if let Ok(known) = fs::metadata(&path) {
            fs::set_permissions(&beside, known.permissions())?;
        }
        fs::rename(&beside, &path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name in the same folder that nobody else has.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = BEGUN.fetch_add(1, Relaxed);
    path.with_file_name(format!(".{name}.{}-{number}.part", process::id()))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn readers_see_a_whole_file_whoever_writes_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        let bytes = |letter: u8| vec![letter; 200_000];
        write_whole(&path, bytes(b'a')).unwrap();
        thread::scope(|scope| {
            let writers: Vec<_> = (b'b'..b'e')
                .map(|letter| {
                    let path = &path;
                    scope.spawn(move || {
                        for _ in 0..20 {
                            write_whole(path, bytes(letter)).unwrap();
                        }
                    })
                })
                .collect();
            while !writers.iter().all(thread::ScopedJoinHandle::is_finished) {
                let read = fs::read(&path).unwrap();
                assert_eq!(read.len(), 200_000);
                assert!(read.iter().all(|byte| *byte == read[0]));
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("no/run.json");
        assert!(write_whole(&nowhere, "x").is_err());
        let taken = folder.path().join("run.json");
        fs::create_dir(&taken).unwrap();
        assert!(write_whole(&taken, "x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_pipes_are_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_whole(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        write_whole(Path::new("/dev/null"), "x").unwrap();
    }
}
