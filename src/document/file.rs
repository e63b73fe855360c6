//! Files: texts from disk, as far as they are finite.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The longest text that is read, in bytes.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// The text of a regular file. Devices, pipes and sockets may never end, and to open one may wait for
/// ever: they are refused, as are folders, what is longer than 256 MiB, and what is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    allow(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    // It may have become another one.
    allow(&file.metadata()?)?;
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    match text.len() as u64 {
        0..=MOST_BYTES => Ok(text),
        _ => Err(too_long()),
    }
}

/// The text of a pipe that somebody named (`/dev/stdin`, `/dev/fd/63`): read to its end, once. `None` if
/// it is something else.
pub fn read_pipe(path: &Path) -> io::Result<Option<String>> {
    #[cfg(unix)]
    if std::os::unix::fs::FileTypeExt::is_fifo(&fs::metadata(path)?.file_type()) {
        let mut text = String::new();
        File::open(path)?
            .take(MOST_BYTES + 1)
            .read_to_string(&mut text)?;
        return match text.len() as u64 {
            0..=MOST_BYTES => Ok(Some(text)),
            _ => Err(too_long()),
        };
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(None)
}

fn allow(found: &fs::Metadata) -> io::Result<()> {
    if found.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        ));
    }
    if !found.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file, but a device, a pipe or a socket",
        ));
    }
    if found.len() > MOST_BYTES {
        return Err(too_long());
    }
    Ok(())
}

fn too_long() -> io::Error {
    let mebibytes = MOST_BYTES / (1024 * 1024);
    io::Error::new(
        io::ErrorKind::FileTooLarge,
        format!("it is longer than {mebibytes} MiB"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_of_a_decent_length_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good.yaml");
        fs::write(&good, "a: 1").unwrap();
        assert_eq!(read_text(&good).unwrap(), "a: 1");
        let long = folder.path().join("long.yaml");
        File::create(&long)
            .unwrap()
            .set_len(MOST_BYTES + 1)
            .unwrap();
        let error = |path: &Path| read_text(path).unwrap_err().to_string();
        assert_eq!(error(&long), "it is longer than 256 MiB");
        assert_eq!(error(folder.path()), "it is a folder");
        assert!(error(&folder.path().join("none")).contains("No such file"));
        #[cfg(unix)]
        {
            let device = "it is no regular file, but a device, a pipe or a socket";
            assert_eq!(error(Path::new("/dev/zero")), device);
            let socket = folder.path().join("socket");
            let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
            assert_eq!(error(&socket), device);
        }
    }
}
