//! Files: where the texts of documents come from.

use std::io;
use std::path::{Path, PathBuf};

use crate::document::read_text;

/// Reads the files that documents are made of.
pub trait Files {
    /// The text of a file. Names are as the user gave the entry document's, or as a reference
    /// reached them from there, with `/` between folders.
    fn read(&self, name: &str) -> Result<String, FileError>;
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("`{name}` cannot be read: {cause}")]
    Io {
        /// The file.
        name: String,
        /// The system's reason.
        cause: io::Error,
    },
    /// It is not below the folder of the entry document.
    #[error("`{0}` is outside of the document's folder")]
    Outside(String),
    /// There are no files to read from.
    #[error("`{0}` cannot be read: the document was given as text, without a folder")]
    NoFiles(String),
}

/// Files on disk below the folder of one document; symbolic links are resolved before the border is
/// checked.
#[derive(Debug)]
pub struct DiskFiles {
    root: Option<PathBuf>,
    /// The document itself: a link to it may stand in another folder.
    entry: Option<PathBuf>,
}

impl FileError {
    /// What the author can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Outside(_) => Some("move the file below the folder of the document"),
            Self::Io { .. } | Self::NoFiles(_) => None,
        }
    }
}

/// No files at all: for documents that are given as text.
#[derive(Debug)]
pub struct NoFiles;

impl DiskFiles {
    /// The files below the folder in which a document stands.
    pub fn beside(document: &Path) -> Self {
        let folder = match document.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        Self {
            root: folder.canonicalize().ok(),
            entry: document.canonicalize().ok(),
        }
    }
}

impl Files for DiskFiles {
    fn read(&self, name: &str) -> Result<String, FileError> {
        let failed = |cause| FileError::Io {
            name: name.to_owned(),
            cause,
        };
        let path = Path::new(name).canonicalize().map_err(failed)?;
        let is_below = self
            .root
            .as_ref()
            .is_some_and(|root| path.starts_with(root));
        if !is_below && self.entry.as_ref() != Some(&path) {
            return Err(FileError::Outside(name.to_owned()));
        }
        read_text(&path).map_err(failed)
    }
}

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<String, FileError> {
        Err(FileError::NoFiles(name.to_owned()))
    }
}
