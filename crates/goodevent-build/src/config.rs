//! Code generation from a registry, for `build.rs` and other programs, in the words of `prost-build`.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fmt,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use goodevent_check::size::Sizer;
use goodevent_emit::Options;
use goodevent_json::escape::lines;
use goodevent_schema::{
    Registry, analyze,
    diagnostic::{Diagnostic, has_errors},
    ir::SchemaId,
    lookup::{self, NotFound},
    registry::{Contract, is_event_path},
    source::{Source, Sources},
};

use crate::{
    load::load,
    load_error::LoadError,
    output::{Files, OutputError, WriteError, write_beside},
    places::shown,
    render,
};

/// Options of the generation.
#[derive(Debug, Clone, Default)]
pub struct Config {
    out_dir: Option<PathBuf>,
    include_file: Option<String>,
    options: Options,
}

/// Reason why nothing was generated.
///
/// Its `Debug` shows the full report with all causes, because cargo prints it when the `main` of a build script returns it.
#[derive(thiserror::Error)]
pub enum Error {
    /// The registry cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The code cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The output cannot be updated or compared.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The registry has errors; the text is the report.
    #[error("the registry has errors\n\n{0}")]
    Contracts(String),
    /// Options name unknown items, or are not valid Rust.
    #[error("the options of `Config` are invalid\n\n{}", lines(&.0.0.join("\n")))]
    Options(#[from] goodevent_emit::Faults),
    /// The output folder is missing.
    #[error("`OUT_DIR` is not set: call this from build.rs, or set `Config::out_dir`")]
    NoOutDir,
    /// The directives for cargo cannot be written.
    #[error("cannot list the input files for cargo")]
    Directives(#[source] io::Error),
    /// An output beside the Rust code fails.
    #[cfg(feature = "tools")]
    #[error(transparent)]
    Emitter(goodevent_emit::emitter::Error),
}

#[cfg(feature = "tools")]
impl From<goodevent_emit::Error> for Error {
    fn from(error: goodevent_emit::Error) -> Self {
        match error {
            goodevent_emit::Error::Options(faults) => Self::Options(faults),
            goodevent_emit::Error::Emitter(error) => Self::Emitter(error),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, "\n  caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// A registry that was read and analysed.
#[derive(Debug)]
pub struct Loaded {
    /// Files of the registry.
    pub sources: Sources,
    /// The analysed registry.
    pub registry: Registry,
    /// Diagnostics, from warnings to errors.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Reads the registry at `root`.
    ///
    /// # Errors
    /// If it cannot be read. Errors in its content are [`diagnostics`](Self::diagnostics).
    pub fn read(root: &Path) -> Result<Self, LoadError> {
        Ok(Self::of(load(root)?))
    }

    /// Analyses these files.
    #[must_use]
    pub fn of(sources: Sources) -> Self {
        let (registry, mut diagnostics) = analyze(&sources);
        diagnostics.extend(goodevent_emit::check(&sources, &registry));
        Self { sources, registry, diagnostics }
    }

    /// An empty registry.
    #[must_use]
    pub fn empty() -> Self {
        Self { sources: Sources::default(), registry: Registry::default(), diagnostics: Vec::new() }
    }

    /// Returns the registry if it has at least one contract, valid or not.
    ///
    /// # Errors
    /// If it has none: an empty registry cannot be checked.
    pub fn with_events(self) -> Result<Self, LoadError> {
        let paths = || self.sources.files.iter().map(|file| file.path.as_str());
        if paths().any(is_event_path) {
            return Ok(self);
        }
        let elsewhere = paths().find_map(|path| path.strip_suffix("/goodevent.toml"));
        let unread = self.diagnostics.iter().find(|own| own.rule == "unread-file" && own.headline.contains(".json"));
        let hint = match (elsewhere, unread) {
            (Some(folder), _) => format!("; a registry is at `{}/{folder}`, name that folder", self.sources.root),
            (None, Some(unread)) => format!("; {}, since {}", unread.headline, unread.help),
            (None, None) => String::new(),
        };
        let why = format!("looked for `<context>/<Event>.json` in it{hint}; `--allow-empty` accepts that");
        Err(LoadError::NoEvents { root: self.sources.root, why })
    }

    /// Finds a contract by `OrderPlacedV1Event` or `orders/OrderPlacedV1Event`.
    ///
    /// # Errors
    /// If there is none, or more than one: the error suggests names.
    pub fn contract(&self, name: &str) -> Result<&Contract, NotFound> {
        let keys: Vec<String> = self.registry.contracts().map(Contract::key).collect();
        let key = lookup::key(&keys, name)?;
        Ok(self.registry.contracts().find(|contract| contract.key() == key).expect("the key is that of a contract"))
    }

    /// Whether there is an error, which prevents generation.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }

    /// How large each event can get, if there is a bound.
    pub(crate) fn max_bytes(&self) -> BTreeMap<SchemaId, u64> {
        let mut sizer = Sizer::new(&self.registry.schemas);
        let contracts = self.registry.contracts();
        contracts.filter_map(|contract| Some((contract.root, sizer.bound(contract.root).max_bytes?))).collect()
    }

    /// Renders the first thousand findings as text.
    #[must_use]
    pub fn rendered(&self, is_coloured: bool) -> String {
        const MAX_SHOWN: usize = 1_000;
        let shown = &self.diagnostics[..self.diagnostics.len().min(MAX_SHOWN)];
        let text = render::human(shown, &self.sources, is_coloured);
        match self.diagnostics.len() - shown.len() {
            0 => text,
            n_more => format!("{text}\n\nand {n_more} more, which `goodevent lint` shows"),
        }
    }
}

impl Config {
    /// Creates the default configuration: all contexts, into `OUT_DIR`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the output folder. Default: `OUT_DIR`.
    pub fn out_dir(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.out_dir = Some(path.into());
        self
    }

    /// Sets the name of the generated file. Default: `contracts.rs`.
    pub fn include_file(&mut self, name: impl Into<String>) -> &mut Self {
        self.include_file = Some(name.into());
        self
    }

    /// Restricts the generation to these contexts.
    pub fn contexts<N: Into<String>>(&mut self, names: impl IntoIterator<Item = N>) -> &mut Self {
        self.options.contexts = names.into_iter().map(Into::into).collect::<BTreeSet<_>>();
        self
    }

    /// Maps a format to a Rust type: `format_type("uuid", "::uuid::Uuid")`. The type must implement
    /// `goodevent::text::Formatted`, as `uuid::Uuid` does with the feature `uuid` of `goodevent`.
    pub fn format_type(&mut self, format: impl Into<String>, path: impl Into<String>) -> &mut Self {
        self.options.style.format_types.insert(format.into(), path.into());
        self
    }

    /// Adds an attribute to all types in `path`: `type_attribute(".", "#[derive(Default)]")`.
    ///
    /// A path names a context, a type in it, or `.` for everything: see [`Style`](goodevent_emit::Style).
    pub fn type_attribute(&mut self, path: impl Into<String>, attribute: impl Into<String>) -> &mut Self {
        self.options.style.type_attributes.push((path.into(), attribute.into()));
        self
    }

    /// Adds an attribute to all fields in `path`, which can end with the name of a property.
    pub fn field_attribute(&mut self, path: impl Into<String>, attribute: impl Into<String>) -> &mut Self {
        self.options.style.field_attributes.push((path.into(), attribute.into()));
        self
    }

    /// Uses external types: `extern_path("types", "::contracts::types")` for types that another crate generated from the
    /// same files, `extern_path("types.Money", "::money::Money")` for a type that implements `Decode` and `Encode` and, like
    /// the generated one, is generic over its strings if it has any. A single generated type with strings is
    /// `::contracts::types::money::generic::Money`; the type outside `generic` is an alias with `String`.
    pub fn extern_path(&mut self, path: impl Into<String>, rust: impl Into<String>) -> &mut Self {
        self.options.style.externs.insert(path.into(), rust.into());
        self
    }

    /// Generates the code of the registry at `root`, and lists its files for cargo, which runs the build script again
    /// when one of them changes.
    ///
    /// # Errors
    /// If the registry cannot be read or has errors, or the code cannot be written.
    pub fn compile(&self, root: impl AsRef<Path>) -> Result<(), Error> {
        let root = root.as_ref();
        // A registry that can't be read is read again when it changes.
        rerun_if_changed(root, &[])?;
        let loaded = Loaded::read(root)?;
        rerun_if_changed(root, &loaded.sources.files)?;
        if loaded.has_errors() {
            return Err(Error::Contracts(loaded.rendered(false)));
        }
        let faults = self.options.faults(&loaded.registry);
        if !faults.is_empty() {
            return Err(Error::Options(goodevent_emit::Faults(faults)));
        }
        let out_dir =
            self.out_dir.clone().or_else(|| env::var_os("OUT_DIR").map(PathBuf::from)).ok_or(Error::NoOutDir)?;
        let made_by = "build.rs".to_owned();
        let options = Options { made_by, max_bytes: loaded.max_bytes(), ..self.options.clone() };
        let text = goodevent_emit::rust_file(&loaded.sources, &loaded.registry, &options)?;
        let name = self.include_file.clone().unwrap_or_else(|| "contracts.rs".to_owned());
        write_beside(&out_dir, &Files::from([(name, text)]))?;
        Ok(())
    }
}

/// Names files to cargo, which reads the output of build scripts.
fn rerun_if_changed(root: &Path, files: &[Source]) -> Result<(), Error> {
    let directives = directives(root, files).map_err(Error::Directives)?;
    let mut out = io::stdout().lock();
    out.write_all(directives.as_bytes()).and_then(|()| out.flush()).map_err(Error::Directives)
}

/// The directives for a registry's folder and its files. Cargo takes every line that begins with `cargo::` for a directive,
/// so that a path has to be one line. It watches all that lies in the folder: a file whose path is not needs no directive.
fn directives(root: &Path, files: &[Source]) -> io::Result<String> {
    let is_line = |path: &str| !path.contains(['\n', '\r']);
    if !is_line(&root.to_string_lossy()) {
        let reason = format!("the path `{}` is not one line", shown(root));
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    let files = files.iter().map(|source| root.join(&source.path)).filter(|path| is_line(&path.to_string_lossy()));
    let paths = [root.to_owned()].into_iter().chain(files);
    Ok(paths.map(|path| format!("cargo::rerun-if-changed={}\n", path.display())).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The text that cargo shows if the `main` of a build script returns this error.
    fn shown(error: Box<dyn std::error::Error>) -> String {
        format!("Error: {error:?}")
    }

    #[test]
    fn no_path_is_a_directive_of_its_own() {
        let file = |path: &str| Source { path: path.to_owned(), uri: None, bytes: "".into() };
        let files = [file("types/a.json"), file("types/b\ncargo::rustc-link-arg=c.json"), file("types/d\re.json")];
        let expected = "cargo::rerun-if-changed=schemas\ncargo::rerun-if-changed=schemas/types/a.json\n";
        assert_eq!(directives(Path::new("schemas"), &files).expect("the folder is one line"), expected);
        let error = directives(Path::new("a\ncargo::warning=b"), &[]).expect_err("the folder is two lines");
        assert_eq!(error.to_string(), "the path `a\\ncargo::warning=b` is not one line");
    }

    #[test]
    fn an_error_that_main_returns_is_readable() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        fs::create_dir(folder.path().join("orders")).expect("the folder is writable");
        let text = "{\n  \"title\": \"OrderPlacedV1Event\",\n  \"$ref\": \"#/$defs/Ordr\"\n}\n";
        fs::write(folder.path().join("orders/OrderPlacedV1Event.json"), text).expect("the folder is writable");
        let error = Config::new().out_dir(folder.path().join("out")).compile(folder.path()).expect_err("it is wrong");
        let shown_contracts = shown(error.into());
        for part in [
            "Error: the registry has errors\n\nerror[unresolved-ref]: nothing is at \"#/$defs/Ordr\"\n",
            "orders/OrderPlacedV1Event.json:3:11\n  |\n3 |   \"$ref\": \"#/$defs/Ordr\"\n",
        ] {
            assert!(shown_contracts.contains(part), "{part:?} is not in {shown_contracts}");
        }
        let error = Config::new().compile(folder.path().join("none")).expect_err("there is no such folder");
        assert!(shown(error.into()).starts_with("Error: there is no registry at `"));
    }

    #[test]
    fn an_error_that_main_returns_names_its_causes() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let root = folder.path().join("schemas");
        fs::create_dir(&root).expect("the folder is writable");
        fs::create_dir(root.join("orders")).expect("the folder is writable");
        let text = "{ \"title\": \"OrderPlacedV1Event\", \"type\": \"object\" }";
        fs::write(root.join("orders/OrderPlacedV1Event.json"), text).expect("the folder is writable");
        fs::write(folder.path().join("out"), "a file in the way").expect("the folder is writable");
        let error = Config::new().out_dir(folder.path().join("out")).compile(&root).expect_err("a file is in the way");
        let shown = format!("Error: {error:?}");
        assert!(shown.starts_with("Error: cannot write `") && shown.contains("\n  caused by: "), "{shown}");
    }
}
