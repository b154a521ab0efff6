//! A registry as it lies in an archive: what `git archive` and pages of releases give. Nothing is written to disk.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Seek},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use goodevent_schema::{
    source::{Source, Sources},
    syntax::MAX_FILE_BYTES,
};

use crate::{
    files,
    load::is_wanted,
    load_error::{LoadError, MAX_REGISTRY_BYTES, MAX_REGISTRY_FILES},
    places,
};

/// How an archive is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Tar,
    TarGz,
    Zip,
}

impl Packing {
    /// What the name of a file says; `None` if it is that of no archive.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let endings = [(".tar", Self::Tar), (".tar.gz", Self::TarGz), (".tgz", Self::TarGz), (".zip", Self::Zip)];
        let name = name.to_ascii_lowercase();
        endings.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, packing)| packing)
    }
}

/// A tar is read to its end, whatever lies in it; it is no longer than this.
const MAX_TAR_BYTES: u64 = 1 << 30;

/// The list of what lies in a zip is kept in memory. It has no more entries than this, and the zip no more bytes.
const MAX_ZIP_ENTRIES: usize = 200_000;
const MAX_ZIP_BYTES: u64 = 256 << 20;

/// Limit of the headers that give the next entry of a tar a long path.
const MAX_HEADER_BYTES: u64 = 64 << 10;

/// The file that tells a registry's folder.
const SETTINGS: &str = "goodevent.toml";

/// Reads the registry in an archive: the folder in it that holds `goodevent.toml`. Of several it is the one that lies at one
/// of `roots`, or there in the only folder at the top.
///
/// # Errors
/// If the archive can't be read, is damaged, unpacks to too much, leads out of itself, or holds no registry or several.
pub(crate) fn load_archive(path: &Path, packing: Packing, roots: &[String]) -> Result<Sources, LoadError> {
    if places::leads_out(path) {
        return Err(LoadError::LeadsOut { path: path.to_owned() });
    }
    let file = files::open(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
    // One that is packed shows its size as it is unpacked.
    let max_bytes = match packing {
        Packing::Tar => MAX_TAR_BYTES,
        Packing::TarGz => u64::MAX,
        Packing::Zip => MAX_ZIP_BYTES,
    };
    if file.metadata().is_ok_and(|facts| facts.len() > max_bytes) {
        return Err(LoadError::Archive { path: path.to_owned(), why: too_large(max_bytes) });
    }
    let sources = unpack(BufReader::new(file), packing, roots);
    let sources = sources.map_err(|why| LoadError::Archive { path: path.to_owned(), why })?;
    sources.ok_or_else(|| LoadError::NoRegistry {
        earlier: path.display().to_string(),
        why: format!("no folder in it contains `{SETTINGS}`: pack the registry's folder with that file"),
        elsewhere: Vec::new(),
    })
}

/// The registry in an archive; `None` if it holds none.
///
/// # Errors
/// If the archive is damaged, unpacks to too much, leads out of itself, or holds several registries.
pub(crate) fn unpack(
    archive: impl BufRead + Seek,
    packing: Packing,
    roots: &[String],
) -> Result<Option<Sources>, String> {
    let entries = match packing {
        Packing::Tar => tar_entries(archive),
        Packing::TarGz => tar_entries(MultiGzDecoder::new(archive)),
        Packing::Zip => zip_entries(archive),
    };
    registry(entries?, roots)
}

/// A path, part by part.
type Parts = Vec<String>;

/// What an archive holds that a registry might need.
#[derive(Default)]
struct Entries {
    files: BTreeMap<Parts, Vec<u8>>,
    links: Vec<Parts>,
    n_bytes: usize,
}

impl Entries {
    fn link(&mut self, path: &str) -> Result<(), String> {
        self.links.push(path.split('/').map(str::to_owned).collect());
        self.counted()
    }

    fn counted(&self) -> Result<(), String> {
        match self.files.len() + self.links.len() > MAX_REGISTRY_FILES {
            true => Err(too_many(MAX_REGISTRY_FILES)),
            false => Ok(()),
        }
    }

    /// Keeps a file, if a registry might need it.
    fn file(&mut self, path: &str, content: impl Read) -> Result<(), String> {
        if !is_wanted(Path::new(path)) {
            return Ok(());
        }
        let mut bytes = Vec::new();
        // Of what is too large only the size matters to the parser, which refuses it.
        content.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(damaged)?;
        self.n_bytes += bytes.len();
        if self.n_bytes > MAX_REGISTRY_BYTES {
            return Err(too_large(MAX_REGISTRY_BYTES as u64));
        }
        match self.files.insert(inside(path)?, bytes) {
            Some(_) => Err(format!("`{path}` occurs in it twice: pack it again")),
            None => self.counted(),
        }
    }
}

/// The parts of a path that stays in its archive.
fn inside(path: &str) -> Result<Parts, String> {
    let is_absolute = path.starts_with(['/', '\\']) || path.contains(':');
    let parts = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."));
    let parts: Parts = parts.map(str::to_owned).collect();
    match is_absolute || parts.iter().any(|part| part == "..") {
        true => Err(format!("`{path}` leads out of it: pack it again, with relative paths")),
        false => Ok(parts),
    }
}

/// Everything below the one folder that is a registry.
fn registry(entries: Entries, roots: &[String]) -> Result<Option<Sources>, String> {
    let settings = entries.files.keys().filter(|path| path.last().is_some_and(|name| name == SETTINGS));
    let folders: Vec<&[String]> = settings.map(|path| &path[..path.len() - 1]).collect();
    let lies_at = |folder: &[String], root: &String| {
        let root: Vec<&str> = root.split('/').collect();
        folder == root.as_slice() || folder.get(1..).is_some_and(|below| below == root.as_slice())
    };
    let expected =
        roots.iter().map(|root| folders.iter().copied().filter(|own| lies_at(own, root)).collect::<Vec<_>>());
    let expected = expected.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    let folder = match (folders.as_slice(), expected.as_slice()) {
        ([], _) => return Ok(None),
        ([only], _) | (_, [only]) => only.to_vec(),
        _ => {
            let all = folders.iter().map(|folder| format!("`{}/{SETTINGS}`", folder.join("/")));
            let all = all.collect::<Vec<_>>().join(", ");
            return Err(format!("several registries are in it, {all}: pack the folder of one alone"));
        }
    };
    if let Some(link) = entries.links.iter().find(|link| link.starts_with(&folder)) {
        let link = link.join("/");
        return Err(format!("`{link}` is a link, and links in archives are not followed: pack its target"));
    }
    let is_hidden = |path: &[String]| path[folder.len()..path.len() - 1].iter().any(|part| part.starts_with('.'));
    let below = entries.files.into_iter().filter(|(path, _)| path.starts_with(&folder) && !is_hidden(path));
    let files = below.map(|(path, bytes)| {
        let path = path[folder.len()..].join("/");
        Source { path, uri: None, bytes: bytes.into() }
    });
    let root = if folder.is_empty() { ".".to_owned() } else { folder.join("/") };
    Ok(Some(Sources { root, files: files.collect() }))
}

fn tar_entries(packed: impl Read) -> Result<Entries, String> {
    let mut entries = Entries::default();
    let mut archive = tar::Archive::new(Measured { inner: packed, n_left: MAX_TAR_BYTES, n_zeros: 0 });
    // The path of the next entry, if it is too long for its header.
    let mut long_path: Option<Vec<u8>> = None;
    // Raw, since the library would keep names of any length.
    for entry in archive.entries().map_err(damaged)?.raw(true) {
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() {
            let mut path = said_in_front(&mut entry)?;
            path.truncate(path.iter().position(|byte| *byte == 0).unwrap_or(path.len()));
            long_path = Some(path);
            continue;
        }
        if kind.is_pax_local_extensions() {
            long_path = path_of_pax(&said_in_front(&mut entry)?)?.or(long_path);
            continue;
        }
        if kind.is_gnu_longlink() || kind.is_pax_global_extensions() {
            continue;
        }
        let path = long_path.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let path = String::from_utf8_lossy(&path).into_owned();
        if kind.is_symlink() || kind.is_hard_link() {
            entries.link(&path)?;
        } else if kind.is_gnu_sparse() && is_wanted(Path::new(&path)) {
            return Err(format!("`{path}` is packed as a sparse file: pack it again, without `--sparse`"));
        } else if kind.is_file() || kind.is_contiguous() {
            entries.file(&path, entry)?;
        }
    }
    let mut rest = archive.into_inner();
    // The end has a checksum, if it is packed.
    io::copy(&mut rest, &mut io::sink()).map_err(damaged)?;
    match rest.n_zeros >= END_BYTES {
        true => Ok(entries),
        false => Err("it is truncated: fetch it again".to_owned()),
    }
}

/// The content of a header entry, which describes the next entry.
fn said_in_front(entry: &mut tar::Entry<'_, impl Read>) -> Result<Vec<u8>, String> {
    if entry.size() > MAX_HEADER_BYTES {
        return Err(format!(
            "a path in it has more than {} KiB: pack the registry's folder alone",
            MAX_HEADER_BYTES >> 10
        ));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(damaged)?;
    Ok(bytes)
}

/// The path that a header of pax gives the next entry, if it does.
fn path_of_pax(header: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut path = None;
    for record in tar::PaxExtensions::new(header) {
        let record = record.map_err(damaged)?;
        match record.key_bytes() {
            b"path" => path = Some(record.value_bytes().to_owned()),
            // They say where the next entry begins, which only concerns files of gigabytes.
            key if key == b"size" || key.starts_with(b"GNU.sparse.") => {
                let key = String::from_utf8_lossy(key).into_owned();
                return Err(format!("a file in it is packed with `{key}` of pax: pack the registry's folder alone"));
            }
            _ => {}
        }
    }
    Ok(path)
}

/// Zeros that end a tar.
const END_BYTES: u64 = 1024;

fn zip_entries(file: impl BufRead + Seek) -> Result<Entries, String> {
    let unzipped = |error: zip::result::ZipError| damaged(error.into());
    let mut entries = Entries::default();
    let file = counted(file)?;
    let mut archive = zip::ZipArchive::new(file).map_err(unzipped)?;
    archive.validate_header_consistency().map_err(unzipped)?;
    for entry_idx in 0..archive.len() {
        let facts = archive.by_index_data(entry_idx).map_err(unzipped)?;
        let path = facts.name().map_err(unzipped)?.into_owned();
        if facts.is_symlink() {
            entries.link(&path)?;
        } else if facts.is_file() {
            entries.file(&path, archive.by_index(entry_idx).map_err(unzipped)?)?;
        }
    }
    Ok(entries)
}

/// A zip that has not too many entries, back at its beginning. Each entry of its list begins with four bytes that hardly occur
/// elsewhere; they are counted since what the end says of their number can be wrong.
fn counted<F: BufRead + Seek>(mut file: F) -> Result<F, String> {
    const BEGIN: [u8; 4] = *b"PK\x01\x02";
    let (mut n_entries, mut last) = (0, [0; 4]);
    loop {
        let bytes = file.fill_buf().map_err(damaged)?;
        if bytes.is_empty() {
            file.rewind().map_err(damaged)?;
            return Ok(file);
        }
        for byte in bytes {
            last = [last[1], last[2], last[3], *byte];
            n_entries += usize::from(last == BEGIN);
        }
        if n_entries > MAX_ZIP_ENTRIES {
            return Err(too_many(MAX_ZIP_ENTRIES));
        }
        let n_bytes = bytes.len();
        file.consume(n_bytes);
    }
}

/// What is read, up to a limit, and how many zeros it ended with so far.
struct Measured<R> {
    inner: R,
    n_left: u64,
    n_zeros: u64,
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.inner.read(buffer)?;
        self.n_left = self.n_left.checked_sub(n_bytes as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        let n_zeros = buffer[..n_bytes].iter().rev().take_while(|byte| **byte == 0).count();
        self.n_zeros = if n_zeros == n_bytes { self.n_zeros + n_zeros as u64 } else { n_zeros as u64 };
        Ok(n_bytes)
    }
}

fn damaged(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::FileTooLarge => too_large(MAX_TAR_BYTES),
        _ => format!("it is damaged or truncated: fetch it again ({error})"),
    }
}

fn too_many(max_files: usize) -> String {
    format!("it contains more than {max_files} files: pack the registry's folder alone")
}

fn too_large(max_bytes: u64) -> String {
    format!("it unpacks to more than {} MiB: pack the registry's folder alone", max_bytes >> 20)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};
    use goodevent_schema::content::Unreadable;

    use super::*;

    const PLAIN: [(&str, &[u8]); 3] =
        [("acme/schemas/goodevent.toml", b""), ("acme/schemas/a/A.json", b"{}"), ("acme/other.json", b"[]")];

    fn header(path: &str, kind: tar::EntryType, n_bytes: usize) -> tar::Header {
        let mut header = tar::Header::new_gnu();
        // As it is written by those who mean ill: the setter refuses such paths.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(n_bytes as u64);
        header.set_mode(0o644);
        header.set_cksum();
        header
    }

    fn tar_of(files: &[(&str, &[u8])], links: &[&str]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, content) in files {
            let header = header(path, tar::EntryType::Regular, content.len());
            builder.append(&header, *content).expect("memory takes it");
        }
        for link in links {
            let mut header = header(link, tar::EntryType::Symlink, 0);
            header.set_link_name("/etc/passwd").expect("the name is short");
            header.set_cksum();
            builder.append(&header, io::empty()).expect("memory takes it");
        }
        builder.into_inner().expect("memory takes it")
    }

    fn gz_of(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (path, content) in files {
            writer.start_file(*path, zip::write::SimpleFileOptions::default()).expect("memory takes it");
            writer.write_all(content).expect("memory takes it");
        }
        writer.finish().expect("memory takes it").into_inner()
    }

    /// Reads an archive of this name: its paths, or why not.
    fn read(name: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("the file can be written");
        let packing = Packing::of(name).expect("it is the name of an archive");
        match load_archive(&path, packing, &["root".to_owned()]) {
            Ok(sources) => {
                Ok(sources.files.into_iter().map(|file| format!("{}:{}", sources.root, file.path)).collect())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// An archive that is refused for this reason.
    fn refused(name: &str, bytes: &[u8], why: &str) {
        let told = read(name, bytes).expect_err("it is refused");
        assert!(told.contains(why), "{name}: {told}");
    }

    #[test]
    fn the_registry_in_an_archive_is_found() {
        let expected = Ok(vec!["acme/schemas:a/A.json".to_owned(), "acme/schemas:goodevent.toml".to_owned()]);
        let tar = tar_of(&PLAIN, &["acme/latest"]);
        assert_eq!(read("old.tar", &tar), expected);
        assert_eq!(read("old.tar.gz", &gz_of(&tar)), expected);
        assert_eq!(read("OLD.TGZ", &gz_of(&tar)), expected);
        assert_eq!(read("old.zip", &zip_of(&PLAIN)), expected);
        let bare: [(&str, &[u8]); 1] = [("./goodevent.toml", b"")];
        assert_eq!(read("old.tar", &tar_of(&bare, &[])), Ok(vec![".:goodevent.toml".to_owned()]));
    }

    #[test]
    fn what_is_no_single_registry_is_refused() {
        refused("old.tar", &tar_of(&PLAIN[1..], &[]), "no folder in it contains `goodevent.toml`");
        refused("old.zip", &zip_of(&[]), "no folder in it contains `goodevent.toml`");
        let two: [(&str, &[u8]); 2] = [("a/goodevent.toml", b""), ("b/goodevent.toml", b"")];
        let why = "several registries are in it, `a/goodevent.toml`, `b/goodevent.toml`";
        refused("old.tar", &tar_of(&two, &[]), why);
        refused("old.zip", &zip_of(&two), why);
        let expected: [(&str, &[u8]); 2] = [("x/a/goodevent.toml", b""), ("x/root/goodevent.toml", b"")];
        assert_eq!(read("old.tar", &tar_of(&expected, &[])), Ok(vec!["x/root:goodevent.toml".to_owned()]));
    }

    #[test]
    fn nothing_leads_out_of_an_archive() {
        for path in ["acme/../../B.json", "/etc/B.json", "..\\B.json", "C:\\B.json"] {
            let files: Vec<(&str, &[u8])> = PLAIN.into_iter().chain([(path, b"{}".as_slice())]).collect();
            refused("old.tar", &tar_of(&files, &[]), "leads out of it");
            refused("old.zip", &zip_of(&files), "leads out of it");
        }
        for link in ["acme/schemas/a/B.json", "acme/schemas/shared"] {
            refused("old.tar", &tar_of(&PLAIN, &[link]), "is a link");
        }
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file("goodevent.toml", options).expect("memory takes it");
        writer.add_symlink("a/B.json", "/etc/passwd", options).expect("memory takes it");
        refused("old.zip", &writer.finish().expect("memory takes it").into_inner(), "is a link");
    }

    #[test]
    fn damaged_archives_are_refused_wherever_they_end() {
        let tar = tar_of(&PLAIN, &[]);
        for (name, bytes) in [("old.tar", tar.clone()), ("old.tar.gz", gz_of(&tar)), ("old.zip", zip_of(&PLAIN))] {
            let last = if name == "old.tar" { tar.len() - END_BYTES as usize } else { bytes.len() };
            for end in 0..last {
                assert!(read(name, &bytes[..end]).is_err(), "{name} is whole at {end} of {last}");
            }
            for place in (0..bytes.len()).step_by(7) {
                let mut bytes = bytes.clone();
                bytes[place] ^= 0x55;
                let _refused_or_not = read(name, &bytes);
            }
        }
        let twice = [PLAIN.as_slice(), &PLAIN[..1]].concat();
        refused("old.tar", &tar_of(&twice, &[]), "occurs in it twice");
        refused("old.tar.gz", b"no archive", "damaged or truncated");
    }

    /// A tar in which this is said in front of the file that is there.
    fn tar_with(kind: tar::EntryType, said: &[u8]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let settings: (&str, &[u8]) = ("goodevent.toml", b"");
        for (path, kind, content) in [
            (settings.0, tar::EntryType::Regular, settings.1),
            ("in_front", kind, said),
            ("B.json", tar::EntryType::Regular, b"{}"),
        ] {
            builder.append(&header(path, kind, content.len()), content).expect("memory takes it");
        }
        builder.into_inner().expect("memory takes it")
    }

    #[test]
    fn long_paths_are_read_up_to_a_limit() {
        let record = |key: &str, value: &str| {
            let n_bytes = (1..).find(|n| n.to_string().len() + key.len() + value.len() + 3 == *n).expect("it grows");
            format!("{n_bytes} {key}={value}\n").into_bytes()
        };
        let (gnu, pax) = (tar::EntryType::GNULongName, tar::EntryType::XHeader);
        let long = format!("{}.json", "long/".repeat(60) + "A");
        let expected = Ok(vec![format!(".:{long}"), ".:goodevent.toml".to_owned()]);
        let ordered = |read: Result<Vec<String>, String>| {
            read.map(|mut paths| {
                paths.sort_by_key(|path| path.ends_with(".toml"));
                paths
            })
        };
        assert_eq!(ordered(read("old.tar", &tar_with(gnu, format!("{long}\0").as_bytes()))), expected);
        assert_eq!(ordered(read("old.tar", &tar_with(pax, &record("path", &long)))), expected);
        let plain = Ok(vec![".:B.json".to_owned(), ".:goodevent.toml".to_owned()]);
        assert_eq!(ordered(read("old.tar", &tar_with(tar::EntryType::XGlobalHeader, &record("comment", "x")))), plain);
        for kind in [gnu, pax] {
            refused("old.tar", &tar_with(kind, &vec![b'a'; 65_537]), "a path in it has more than 64 KiB");
        }
        refused("old.tar", &tar_with(pax, &record("size", "1")), "`size` of pax");
        refused("old.tar", &tar_with(pax, &record("GNU.sparse.map", "1")), "`GNU.sparse.map` of pax");
    }

    #[test]
    fn an_archive_of_too_many_files_is_given_up() {
        let names: Vec<String> = (0..=MAX_REGISTRY_FILES).map(|nth| format!("a/E{nth}.json")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        let why = "it contains more than 100000 files: pack the registry's folder alone";
        refused("old.tar", &tar_of(&files, &[]), why);
        refused("old.zip", &zip_of(&files), why);
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join("old.zip");
        std::fs::write(&path, b"PK\x01\x02".repeat(MAX_ZIP_ENTRIES + 1)).expect("the file can be written");
        let error = load_archive(&path, Packing::Zip, &[]).expect_err("it has too many entries");
        assert!(error.to_string().contains("it contains more than 200000 files"), "{error}");
    }

    #[test]
    fn an_archive_that_swells_is_given_up() {
        let large = vec![b' '; MAX_FILE_BYTES + 5];
        let files: [(&str, &[u8]); 2] = [("goodevent.toml", b""), ("a/A.json", &large)];
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join("old.zip");
        std::fs::write(&path, zip_of(&files)).expect("the file can be written");
        let sources = load_archive(&path, Packing::Zip, &[]).expect("it is read; the parser refuses the file");
        assert_eq!(sources.files[0].bytes.unreadable(), Some(Unreadable::TooLarge));
        let mut entries = Entries { n_bytes: MAX_REGISTRY_BYTES - 2, ..Entries::default() };
        assert_eq!(entries.file("a/A.json", b"{}".as_slice()), Ok(()));
        let why = "it unpacks to more than 128 MiB: pack the registry's folder alone";
        assert_eq!(entries.file("a/B.json", b"{}".as_slice()), Err(why.to_owned()));
        let mut endless = Measured { inner: io::repeat(0), n_left: 1 << 20, n_zeros: 0 };
        let error = io::copy(&mut endless, &mut io::sink()).expect_err("it has no end");
        assert_eq!(damaged(error), "it unpacks to more than 1024 MiB: pack the registry's folder alone");
    }
}
