//! Findings about paths that are not read.

use crate::{
    content::{Content, MAX_FILE_BYTES, Unreadable},
    diagnostic::Diagnostic,
    source::{SourceId, Span},
};

impl Content {
    /// The finding about a path that is not read, unless it is reported at another one.
    pub(crate) fn finding(&self, id: SourceId, path: &str) -> Option<Diagnostic> {
        self.unreported().map(|why| why.finding(id, path))
    }
}

impl Unreadable {
    fn finding(self, id: SourceId, path: &str) -> Diagnostic {
        let place = Span { source: id, start: 0, end: 0 };
        if self == Self::TooLarge {
            let headline = format!("the file is larger than {} MiB", MAX_FILE_BYTES >> 20);
            return Diagnostic::error("file-too-large", place, headline)
                .help("split it, or keep data out of the registry");
        }
        Diagnostic::error("unreadable-file", place, format!("`{path}` is not read: it {self}")).help(self.help())
    }

    fn help(self) -> String {
        match self {
            Self::TooLarge | Self::Device | Self::Fifo | Self::Socket | Self::Special | Self::Folder => {
                "put a regular file there, or remove it".to_owned()
            }
            Self::LeadsOut => {
                "copy what it leads to into the registry, or name the folder around both as the registry".to_owned()
            }
            Self::LeadsNowhere => "remove the link, or restore its target".to_owned(),
            Self::Loop => "remove the link".to_owned(),
            Self::TooManyLinks | Self::TooFar => "link single files, or a folder that is smaller".to_owned(),
        }
    }
}
