//! A registry at a revision of its git repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use goodevent_schema::{lock, registry::is_registry, source::Sources, syntax::MAX_FILE_BYTES};

use crate::{
    load::sources,
    load_error::{LoadError, MAX_REGISTRY_BYTES},
    tree::{Object, Tree},
    walk::Entry,
};

/// The registry at a revision, in the folder that it is in now, or in the one that `<revision>:<folder>` names.
pub(crate) fn at_revision(root: &Path, revision: &str) -> Result<Sources, LoadError> {
    let failed = |why| LoadError::Git { revision: revision.to_owned(), why };
    // As the repository names it, from wherever the command runs.
    let here = prefix(root).map_or_else(
        || root.to_string_lossy().replace('\\', "/"),
        |prefix| match &*prefix {
            "" => ".".to_owned(),
            _ => prefix,
        },
    );
    let here = here.trim_end_matches('/').to_owned();
    let (commit, tree, folder) = match (commit(root, revision), revision.split_once(':')) {
        (Ok(commit), _) => (commit.clone(), commit, here),
        (Err(_), Some((plain, folder))) if !plain.is_empty() => {
            let commit = commit(root, plain).map_err(|why| unknown(root, revision, plain, why))?;
            let named = format!("{commit}:{}", folder.trim_end_matches('/'));
            let tree = parsed(root, &named).map_err(|_| no_registry(root, revision, (&commit, plain), folder))?;
            (commit, tree, folder.trim_end_matches('/').to_owned())
        }
        (Err(why), _) => return Err(unknown(root, revision, revision, why)),
    };
    let listing = match tree == commit {
        true => git(root, &["ls-tree", "-r", "-z", &tree]),
        false => git(root, &["ls-tree", "-r", "-z", "--full-tree", &tree]),
    };
    let lacking = |why| failed(lacking(root, revision, why));
    let tree_of_files = listed(root, &listing.map_err(lacking)?).map_err(lacking)?;
    let entries = tree_of_files.entries().map_err(failed)?;
    if !is_registry(entries.iter().map(|entry| entry.path.as_str())) {
        let plain = revision.split_once(':').filter(|_| tree != commit).map_or(revision, |(plain, _)| plain);
        return Err(no_registry(root, revision, (&commit, plain), &folder));
    }
    let id = |entry: &Entry| tree_of_files.id(&entry.real.to_string_lossy()).map(str::to_owned);
    let ids: BTreeSet<String> = entries.iter().filter(|entry| entry.refused.is_none()).filter_map(id).collect();
    let contents = blobs(root, &ids).map_err(lacking)?;
    let read = |entry: &Entry| Ok(id(entry).and_then(|id| contents.get(&id)).cloned().unwrap_or_default().into());
    sources(folder, Path::new(revision), &entries, read)
}

/// The path of a folder in its repository, `/` at the end, if it is in one.
pub(crate) fn prefix(root: &Path) -> Option<String> {
    let prefix = git(root, &["rev-parse", "--show-prefix"]).ok()?;
    Some(String::from_utf8_lossy(&prefix).trim_end_matches(['\r', '\n']).to_owned())
}

/// Revision of the main branch, whose releases are public.
#[must_use]
pub fn main_branch(root: &Path) -> Option<&'static str> {
    const NAMES: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];
    NAMES.into_iter().find(|name| commit(root, name).is_ok())
}

fn commit(root: &Path, revision: &str) -> Result<String, String> {
    parsed(root, &format!("{revision}^{{commit}}"))
}

/// The id of an object.
fn parsed(root: &Path, name: &str) -> Result<String, String> {
    // A revision may not pass for an option.
    let id = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", name])?;
    Ok(String::from_utf8_lossy(&id).trim().to_owned())
}

/// Reads what `git ls-tree -r -z` prints.
fn listed(root: &Path, listing: &[u8]) -> Result<Tree, String> {
    let (mut objects, mut links) = (Vec::new(), Vec::new());
    for entry in listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let entry = String::from_utf8_lossy(entry).into_owned();
        // `<mode> <type> <id>`, a tab and the path.
        let Some((facts, path)) = entry.split_once('\t') else { continue };
        let facts: Vec<&str> = facts.split(' ').collect();
        match facts[..] {
            ["100644" | "100755", "blob", id] => objects.push((path.to_owned(), Object::File(id.to_owned()))),
            ["120000", _, id] => links.push((path.to_owned(), id.to_owned())),
            ["160000", ..] => objects.push((path.to_owned(), Object::Submodule)),
            _ => {}
        }
    }
    let ids = links.iter().map(|(_, id)| id.clone()).collect();
    let targets = if links.is_empty() { BTreeMap::new() } else { blobs(root, &ids)? };
    let target = |id: &String| String::from_utf8_lossy(&targets[id]).into_owned();
    objects.extend(links.iter().map(|(path, id)| (path.clone(), Object::Link(target(id)))));
    Tree::new(objects)
}

/// Says that a revision has no registry in a folder, and where it has one.
fn no_registry(root: &Path, earlier: &str, (commit, plain): (&str, &str), folder: &str) -> LoadError {
    let listing = git(root, &["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit]).unwrap_or_default();
    let paths = listing.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    let mut elsewhere: Vec<String> = Vec::new();
    for path in paths {
        let (folder, name) = path.rsplit_once('/').unwrap_or((".", &path));
        let folder = match name {
            "goodevent.toml" | lock::FILE => folder,
            "context.toml" => folder.rsplit_once('/').map_or(".", |(folder, _)| folder),
            _ => continue,
        };
        if !elsewhere.iter().any(|other| other == folder) {
            elsewhere.push(folder.to_owned());
        }
    }
    let help = match elsewhere.first().map(|other| if other == "." { "" } else { other }) {
        Some(other) => format!("; a registry is at `{plain}:{other}`, compare with that if it moved"),
        None => String::new(),
    };
    LoadError::NoRegistry {
        earlier: earlier.to_owned(),
        why: format!("{} in `{}` there{help}", looked_for(), if folder.is_empty() { "." } else { folder }),
        elsewhere,
    }
}

/// The reason why objects can't be read, with the command that fetches them if the clone leaves some out.
fn lacking(root: &Path, revision: &str, why: String) -> String {
    let promisors = git(root, &["config", "--get-regexp", r"^remote\..*\.promisor$"]).unwrap_or_default();
    if promisors.is_empty() {
        return why;
    }
    let (remote, branch) = branch(revision).unwrap_or(("origin", ""));
    let fetch = format!("git fetch --no-filter --refetch {remote} {branch}");
    format!("this clone is partial and lacks objects of `{revision}`: fetch them first, `{}`", fetch.trim_end())
}

/// The remote and the branch or tag that a revision names, if it names one: `HEAD~1`, `:/text` and `a..b` do not.
fn branch(revision: &str) -> Option<(&str, &str)> {
    let is_plain = |char: char| char.is_alphanumeric() || "/._-+".contains(char);
    let is_name = revision.chars().all(is_plain) && !revision.contains("..") && !revision.starts_with(['-', '/', '.']);
    let is_commit = revision.len() >= 7 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let named = revision.split_once('/').unwrap_or(("origin", revision));
    Some(named).filter(|_| is_name && !is_commit && !revision.ends_with("HEAD"))
}

/// Another name of a revision, if there is one of that name: its full name.
pub(crate) fn full_name(root: &Path, revision: &str) -> Option<String> {
    commit(root, revision).ok()?;
    let name = git(root, &["rev-parse", "--symbolic-full-name", "--end-of-options", revision]).unwrap_or_default();
    let is_other = |line: &&str| line.starts_with("refs/") && *line != revision;
    let name = String::from_utf8_lossy(&name).lines().rfind(is_other).map(str::to_owned);
    Some(name.unwrap_or_else(|| format!("{revision}^0")))
}

/// The error for a revision that is not there, with the command that fetches it if the clone is shallow.
fn unknown(root: &Path, earlier: &str, revision: &str, why: String) -> LoadError {
    let is_repository = git(root, &["rev-parse", "--git-dir"]).is_ok();
    let is_shallow =
        git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer.starts_with(b"true"));
    let branch = branch(revision);
    let why = match (is_repository, is_shallow) {
        (false, _) => format!(
            "`{}` is neither a folder nor an archive, and `{}` is not in a git repository",
            revision,
            root.display()
        ),
        (true, true) => match branch {
            Some((remote, branch)) => format!(
                "this clone is shallow: fetch it first, `git fetch --depth 1 {remote} {branch}:refs/remotes/{remote}/{branch}`"
            ),
            None => "this clone is shallow: fetch its history first, `git fetch --unshallow`".to_owned(),
        },
        (true, false) if why.is_empty() => match branch {
            Some((remote, branch)) => {
                format!("there is no such folder, archive or revision; `git fetch {remote} {branch}` may fetch it")
            }
            None => "there is no such folder, archive or revision".to_owned(),
        },
        (true, false) => why,
    };
    LoadError::Git { revision: earlier.to_owned(), why }
}

/// Settings that keep git from running another program, whatever else says so.
const SETTINGS: [&str; 7] = [
    "core.alternateRefsCommand=",
    "core.fsmonitor=false",
    "core.pager=cat",
    "core.sshCommand=false",
    "credential.helper=",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
];

/// Git in a registry, in the repository that has a `.git` there or above.
///
/// Contracts come from strangers, and git takes any folder with a `HEAD`, `objects` and `refs` for a repository whose settings
/// name programs. No change can add a `.git`, so that the one that is found is the user's own. Nothing is fetched.
fn command(root: &Path, args: &[&str]) -> Result<Command, String> {
    let place = std::fs::canonicalize(root).map_err(|error| format!("`{}` cannot be read: {error}", root.display()))?;
    let tree = place.ancestors().find(|folder| folder.join(".git").exists());
    let tree = tree.ok_or_else(|| format!("`{}` is in no git repository", root.display()))?;
    let mut command = Command::new("git");
    command.env("GIT_DIR", tree.join(".git")).env("GIT_WORK_TREE", tree).env_remove("GIT_COMMON_DIR");
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "").env("GIT_ALLOW_PROTOCOL", "");
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    command.arg("-C").arg(&place).args(args).stdin(Stdio::null());
    Ok(command)
}

/// Limit of the output of git. A tree of ten objects can have a thousand million paths, since trees can hold a tree many
/// times.
const MAX_LISTING_BYTES: u64 = 64 << 20;

/// Runs git and returns its standard output.
fn git(root: &Path, args: &[&str]) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("cannot run git: {error}");
    let mut command = command(root, args)?;
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let output = child.stdout.take().ok_or("git gives no output")?;
    let errors = child.stderr.take().ok_or("git gives no errors")?;
    // While its output is read it may write there, too.
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        let is_read = errors.take(MAX_LISTING_BYTES).read_to_end(&mut text).is_ok();
        if is_read { text } else { Vec::new() }
    });
    let mut text = Vec::new();
    let is_read = output.take(MAX_LISTING_BYTES + 1).read_to_end(&mut text);
    // Its output is closed, so that it ends.
    let status = child.wait().map_err(failed)?;
    let errors = reader.join().unwrap_or_default();
    is_read.map_err(failed)?;
    if text.len() as u64 > MAX_LISTING_BYTES {
        let max_mib = MAX_LISTING_BYTES >> 20;
        return Err(format!("git lists more than {max_mib} MiB of files there: name a revision with fewer"));
    }
    match status.success() {
        true => Ok(text),
        false => Err(String::from_utf8_lossy(&errors).trim().to_owned()),
    }
}

/// The contents of objects by their ids.
fn blobs(root: &Path, ids: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let failed = |error: std::io::Error| format!("cannot run git: {error}");
    let mut command = command(root, &["cat-file", "--batch"])?;
    // The error below gives the reason and the remedy.
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(failed)?;
    let mut input = child.stdin.take().ok_or("git takes no input")?;
    // While git still reads it may write already.
    let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let writer = thread::spawn(move || input.write_all(lines.as_bytes()));
    let mut text = Vec::new();
    let output = child.stdout.take().ok_or("git gives no output")?;
    // A line for each comes in front of its content.
    let most = MAX_REGISTRY_BYTES as u64 + 128 * ids.len() as u64;
    output.take(most + 1).read_to_end(&mut text).map_err(failed)?;
    let is_written = writer.join().is_ok_and(|written| written.is_ok());
    if text.len() as u64 > most {
        // Its output is closed, so that it ends.
        child.wait().map_err(failed)?;
        return Err(format!("the files of the registry exceed {} MiB", MAX_REGISTRY_BYTES >> 20));
    }
    if !child.wait().map_err(failed)?.success() || !is_written {
        return Err("git cannot read the objects".to_owned());
    }
    let mut contents = Vec::new();
    let mut rest = text.as_slice();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        // `<id> <type> <size>`, the content, and a line feed.
        if rest[..end].ends_with(b" missing") {
            return Err("git lacks some of its objects".to_owned());
        }
        let size = String::from_utf8_lossy(&rest[..end]).rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let size = size.filter(|size| end + 1 + size < rest.len()).ok_or("git gives an object in another form")?;
        let content = &rest[end + 1..end + 1 + size];
        contents.push(content[..size.min(MAX_FILE_BYTES + 1)].to_vec());
        rest = &rest[end + 2 + size..];
    }
    match contents.len() == ids.len() {
        true => Ok(ids.iter().cloned().zip(contents).collect()),
        false => Err(format!("git gives {} of {} objects", contents.len(), ids.len())),
    }
}

/// The files that show that a folder is a registry, in words for messages.
pub(crate) fn looked_for() -> &'static str {
    "looked for `goodevent.toml`, `goodevent.lock`, `<context>/context.toml` and `<context>/<Event>.json`"
}
