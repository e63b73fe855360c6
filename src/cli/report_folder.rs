//! The folder of a run's reports, which is its own while it runs.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use super::arguments::Report;
use super::failure::Failure;
use super::gate::unwritable;

/// The file of a report that is written at the end; the others are while the run goes on.
pub(crate) fn file_of(kind: Report) -> Option<&'static str> {
    match kind {
        Report::Json => Some("run.json"),
        Report::Junit => Some("junit.xml"),
        Report::Html => Some("report.html"),
        Report::Hlog | Report::Timeline => None,
    }
}

/// Removes the reports of an earlier run that this one will write: if it is killed, nobody shall take them
/// for its own.
pub(crate) fn clear(folder: &Path, kinds: &[Report]) -> Result<(), Failure> {
    for name in kinds.iter().filter_map(|kind| file_of(*kind)) {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(unwritable(&path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Keeps other processes of this machine out of the folder for as long as what is returned lives. `None`
/// where the system does not lock folders.
pub(crate) fn keep(folder: &Path) -> Result<Option<File>, Failure> {
    let Ok(file) = File::open(folder) else {
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Failure::unusable(format!(
            "another load writes its reports into `{}`; nothing was sent",
            folder.display()
        ))
        .help("wait for it, or choose another folder with --report-dir")),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_run_left_is_removed_if_it_will_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["run.json", "junit.xml", "notes.txt"] {
            fs::write(path(name), "old").unwrap();
        }
        let kinds = [Report::Json, Report::Html, Report::Timeline];
        clear(folder.path(), &kinds).unwrap();
        assert!(!path("run.json").exists());
        assert!(path("junit.xml").exists() && path("notes.txt").exists());
        fs::create_dir(path("run.json")).unwrap();
        assert!(
            clear(folder.path(), &kinds).is_err(),
            "it cannot be written"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_is_kept_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = keep(folder.path()).unwrap();
        assert!(first.is_some());
        let told = keep(folder.path()).unwrap_err().message;
        assert!(
            told.starts_with("another load writes its reports"),
            "{told}"
        );
        drop(first);
        assert!(keep(folder.path()).unwrap().is_some());
    }
}
