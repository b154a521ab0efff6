//! A registry as it was: in another folder, in an archive, or at a revision of the git repository that it lies in.

use std::{
    ffi::OsStr,
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use goodevent_schema::{
    source::{Source, Sources},
    syntax::MAX_FILE_BYTES,
};

use crate::{
    archive::{Packing, load_archive},
    load::{LoadError, is_wanted, load},
};

/// Reads the registry at `root` as it was: `earlier` is a folder, an archive (`.tar`, `.tar.gz`, `.tgz`,
/// `.zip`), or a revision such as `origin/main` or `v1.2`.
///
/// # Errors
/// If there is no such folder, archive or revision, or it can't be read.
pub(crate) fn load_earlier(root: &Path, earlier: &str) -> Result<Sources, LoadError> {
    let path = Path::new(earlier);
    match Packing::of(earlier).filter(|_| path.is_file()) {
        Some(packing) => load_archive(path, packing),
        None if path.is_dir() => load(path),
        None => at_revision(root, earlier),
    }
}

fn at_revision(root: &Path, revision: &str) -> Result<Sources, LoadError> {
    // A revision may not pass for an option.
    let commit =
        git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")]);
    let commit = commit.map_err(|why| unknown(root, revision, why))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let failed = |why| LoadError::Git { revision: revision.to_owned(), why };
    let listing = git(root, &["ls-tree", "-r", "-z", &commit]).map_err(failed)?;
    let mut names = Vec::new();
    let mut ids = String::new();
    for entry in listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let entry = String::from_utf8_lossy(entry).into_owned();
        // `<mode> <type> <id>`, a tab and the path.
        let Some((facts, path)) = entry.split_once('\t') else { continue };
        let facts: Vec<&str> = facts.split(' ').collect();
        if let ["100644" | "100755", "blob", id] = facts[..]
            && is_wanted(Path::new(path))
        {
            ids.push_str(id);
            ids.push('\n');
            names.push(path.to_owned());
        }
    }
    let mut contents = blobs(root, ids).map_err(failed)?.into_iter();
    let mut files: Vec<Source> = names
        .into_iter()
        .map(|path| Source { path, uri: None, bytes: contents.next().unwrap_or_default().into() })
        .collect();
    files.sort_by(|left, right| left.path.split('/').cmp(right.path.split('/')));
    let root = root.to_string_lossy().replace('\\', "/");
    Ok(Sources { root: root.trim_end_matches('/').to_owned(), files })
}

/// Why a revision is not there, and what to fetch if the clone is shallow.
fn unknown(root: &Path, revision: &str, why: String) -> LoadError {
    let is_repository = git(root, &["rev-parse", "--git-dir"]).is_ok();
    let is_shallow =
        git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer.starts_with(b"true"));
    let (remote, branch) = revision.split_once('/').unwrap_or(("origin", revision));
    let why = match (is_repository, is_shallow) {
        (false, _) => format!(
            "`{}` is neither a folder nor an archive, nor is `{}` in a git repository",
            revision,
            root.display()
        ),
        (true, true) => {
            format!(
                "this clone is shallow: fetch it first, `git fetch --depth 1 {remote} {branch}:refs/remotes/{remote}/{branch}`"
            )
        }
        (true, false) if why.is_empty() => {
            format!("there is no such folder, archive or revision; `git fetch {remote} {branch}` may bring it")
        }
        (true, false) => why,
    };
    LoadError::Git { revision: revision.to_owned(), why }
}

fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(args.iter().map(OsStr::new)).stdin(Stdio::null());
    command
}

/// What git prints.
fn git(root: &Path, args: &[&str]) -> Result<Vec<u8>, String> {
    let output = command(root, args).output().map_err(|error| format!("git can't be run: {error}"))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// The contents of objects, one id a line.
fn blobs(root: &Path, ids: String) -> Result<Vec<Vec<u8>>, String> {
    let failed = |error: std::io::Error| format!("git can't be run: {error}");
    let mut child =
        command(root, &["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut input = child.stdin.take().ok_or("git takes no input")?;
    // While git still reads it may write already.
    let writer = thread::spawn(move || input.write_all(ids.as_bytes()));
    let mut text = Vec::new();
    child.stdout.take().ok_or("git gives no output")?.read_to_end(&mut text).map_err(failed)?;
    let is_written = writer.join().is_ok_and(|written| written.is_ok());
    if !child.wait().map_err(failed)?.success() || !is_written {
        return Err("git can't read the objects".to_owned());
    }
    let mut contents = Vec::new();
    let mut rest = text.as_slice();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        // `<id> <type> <size>`, the content, and a line feed.
        let size = String::from_utf8_lossy(&rest[..end]).rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let size = size.filter(|size| end + 1 + size < rest.len()).ok_or("git gives an object in another form")?;
        let content = &rest[end + 1..end + 1 + size];
        contents.push(content[..size.min(MAX_FILE_BYTES + 1)].to_vec());
        rest = &rest[end + 2 + size..];
    }
    Ok(contents)
}
